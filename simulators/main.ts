import { Command } from 'commander';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { fleetCommand } from './cli/fleet-command.ts';
import { replayCommand } from './cli/replay-command.ts';

const program = new Command('simulate')
  .description('Meters to try the platform with: a simulated city, or recorded data, over MQTT at QoS 1')
  .showHelpAfterError('(--help tells the options)')
  .addCommand(fleetCommand())
  .addCommand(replayCommand());

try {
  await program.parseAsync();
} catch (thrown) {
  // Commands fail for what the user can mend; anything else is shown whole.
  console.error(thrown instanceof PlatformError ? `simulate: ${messageOf(thrown)}` : thrown);
  process.exitCode = 1;
}
