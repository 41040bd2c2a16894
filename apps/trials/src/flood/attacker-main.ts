import { type Attack, startAttack } from './attack.ts';

/**
 * Runs the attack in a separate process, so that it does not slow the measuring clients down. It
 * ends with the process that started it.
 */
let stop = () => {};
process.on('message', (attack: Attack | null) => {
  stop();
  stop = attack ? startAttack(attack) : () => {};
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
