const createKnex = require('knex');

module.exports = async () => {
  const { base, name } = globalThis.testDatabase;
  const admin = createKnex({ client: 'pg', connection: base });
  await admin.raw('drop database if exists ?? with (force)', [name]);
  await admin.destroy();
};
