import type { Json } from '../home/types.ts';

/** A refusal with the code and words Core uses. */
export class ServiceError extends Error {
  readonly code: string;
  readonly translation: Json | undefined;

  constructor(code: string, message: string, translation?: Json) {
    super(message);
    this.code = code;
    this.translation = translation;
  }
}

/** A service_validation_error with its translation parts. */
export function validationError(message: string, domain: string, key: string, placeholders: Json | null): ServiceError {
  return new ServiceError('service_validation_error', `Validation error: ${message}`, {
    translation_key: key,
    translation_placeholders: placeholders,
    translation_domain: domain,
  });
}

/** A home_assistant_error: the device did not do it. */
export function deviceError(message: string): ServiceError {
  return new ServiceError('home_assistant_error', message, {
    translation_key: null,
    translation_placeholders: null,
    translation_domain: null,
  });
}
