export interface WitnessAnswer {
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
}
export interface WitnessEvent {
  /** `update`, `thumbnail_ready`, `doorbell_ding`, `motion_detected`, `video_ready`, `device_discovered`, `device_deleted` */
  readonly event: string;
  readonly panel: number;
  readonly id: number;
  readonly class: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export interface Witness {
  readonly version: string;
  readonly events: readonly WitnessEvent[];
  call(name: string, args?: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Promise<WitnessAnswer>;
  until(fits: (event: WitnessEvent) => boolean): Promise<WitnessEvent>;
  stop(): Promise<void>;
}
export interface WitnessOptions {
  readonly urls: { readonly login: string; readonly api: string; readonly stream: string };
  readonly python?: string | undefined;
  readonly log?: (line: string) => void;
}
export function startWitness(options: WitnessOptions): Promise<Witness>;
