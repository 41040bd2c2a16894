exports.up = async (knex) => {
  await knex.schema.createTable('sessions', (table) => {
    table.uuid('id').primary();
    table.integer('user_id').notNullable().references('users.id').onDelete('CASCADE').index();
    table.string('user_agent');
    table.string('ip');
    table.timestamp('created_at').notNullable();
    table.timestamp('last_seen_at').notNullable();
    table.timestamp('revoked_at');
  });
  await knex.schema.createTable('refresh_tokens', (table) => {
    table.increments('id');
    table.uuid('session_id').notNullable().references('sessions.id').onDelete('CASCADE').index();
    table.string('token_hash', 64).notNullable().unique();
    table.timestamp('expires_at').notNullable().index();
    table.timestamp('used_at');
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable('refresh_tokens');
  await knex.schema.dropTable('sessions');
};
