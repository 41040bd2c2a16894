// Latchkey keeps the sessions from now on, in tables of its own that it creates itself.
exports.up = async (knex) => {
  await knex.schema.dropTable('refresh_tokens');
  await knex.schema.dropTable('sessions');
};

exports.down = () => {
  throw new Error('The old sessions are gone.');
};
