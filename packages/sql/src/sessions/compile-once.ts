import type { CompiledQuery } from 'kysely';

/** A placeholder for a value that is not known when the query is compiled. */
class Placeholder {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/**
 * Builds and compiles a query once; each call only fills in its values. For the statement that
 * every refresh runs: building it costs more than SQLite takes to execute it.
 *
 * @param build writes the query with `value('name')` wherever a value belongs
 */
export function compileOnce<Values extends object, Row>(
  build: (value: <Name extends keyof Values>(name: Name) => Values[Name]) => CompiledQuery<Row>,
): (values: Values) => CompiledQuery<Row> {
  const compiled = build((name) => new Placeholder(name) as never);
  return (values) => ({
    ...compiled,
    parameters: compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    ),
  });
}
