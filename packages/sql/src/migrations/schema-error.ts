/**
 * Thrown if the tables of a database do not fit this program; nothing was changed. The message
 * continues a sentence that begins with the database's description.
 */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}
