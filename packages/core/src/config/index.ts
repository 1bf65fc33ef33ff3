export { type Directories, directories, type Environment, fileNameOf } from './directories.ts';
export { type LoadOptions, loadSettings } from './load-settings.ts';
export { type OtherFlags, type ParsedFlags, parseFlags } from './parse-flags.ts';
export { changeProfile, type Profile, profilePath, profileVersion, readProfile } from './profile-file.ts';
export { createReferenceResolver, isReference, type ReferenceResolver, type ReferenceSources } from './references.ts';
export { coerce, isUnset, kindOf, type SchemaKind } from './schema-kind.ts';
export * from './setting.ts';
