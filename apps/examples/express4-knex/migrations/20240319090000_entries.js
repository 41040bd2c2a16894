exports.up = async (knex) => {
  await knex.schema.createTable('projects', (table) => {
    table.increments('id');
    table.string('name').notNullable().unique();
  });
  await knex.schema.createTable('entries', (table) => {
    table.increments('id');
    table.integer('user_id').notNullable().references('users.id').index();
    table.integer('project_id').notNullable().references('projects.id');
    table.date('day').notNullable();
    table.decimal('hours', 4, 2).notNullable();
    table.string('note').notNullable().defaultTo('');
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTable('entries');
  await knex.schema.dropTable('projects');
};
