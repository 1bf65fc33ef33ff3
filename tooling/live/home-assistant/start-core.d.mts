export interface RunningCore {
  readonly url: string;
  readonly token: string;
  readonly nonAdminToken?: string;
  readonly version: string;
  readonly pid: number;
  readonly configDir: string;
  stop(): Promise<void>;
  restart(): Promise<void>;
}
export interface StartCoreOptions {
  readonly python?: string | undefined;
  readonly version?: string | undefined;
  readonly newest?: boolean;
  readonly port?: number;
  readonly log?: (line: string) => void;
}
export function startCore(options?: StartCoreOptions): Promise<RunningCore>;
