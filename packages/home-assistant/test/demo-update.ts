import type { HomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';

/** Adds an update that can be installed, backed up and read about. */
export const demoUpdate = ({ home }: HomeAssistantSimulator): void => {
  home.registries.addEntity('update.hub', 'demo');
  home.seed('update.hub', 'on', {
    friendly_name: 'Hub',
    title: 'Hub firmware',
    installed_version: '1.0',
    latest_version: '1.1',
    in_progress: false,
    skipped_version: null,
    supported_features: 31,
  });
};
