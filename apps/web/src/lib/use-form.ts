import { type FormEvent, useEffect, useRef, useState } from 'react';

/** What is wrong with which field, as sentences. */
export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

interface FormOptions<Name extends string> {
  /** What to say of a field left empty. These fields, and no others, are sent. */
  readonly empty: Readonly<Record<Name, string>>;
  readonly mutation: {
    readonly isPending: boolean;
    readonly error: unknown;
    reset(): void;
    mutate(values: Record<Name, string>): void;
  };
  /** Not zero while the server would refuse another attempt: then nothing is sent. */
  readonly wait?: number;
  /** Which fields a refusal is about, where it can tell. */
  readonly refused?: (error: unknown) => FieldErrors<Name>;
}

const NONE = {};

/**
 * One form and the mutation it sends. Nothing is sent while a field is empty or an answer is
 * awaited. Whatever went wrong takes the focus: an alert within the form, else the first field at
 * fault.
 *
 * @returns what to spread on the form, what to show at its fields, and the error that belongs to
 *   none of them
 */
export function useForm<Name extends string>({
  empty,
  mutation,
  wait = 0,
  refused,
}: FormOptions<Name>) {
  const form = useRef<HTMLFormElement>(null);
  const [gaps, setGaps] = useState<FieldErrors<Name>>(NONE);
  const { error } = mutation;
  const refusals = error ? (refused?.(error) ?? NONE) : NONE;

  useEffect(() => {
    if (error || gaps !== NONE)
      form.current?.querySelector<HTMLElement>('[role=alert], [aria-invalid=true]')?.focus();
  }, [error, gaps]);

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (mutation.isPending || wait > 0) return;
    const data = new FormData(event.currentTarget);
    const names = Object.keys(empty) as Name[];
    const values = Object.fromEntries(names.map((name) => [name, data.get(name)])) as Record<
      Name,
      string
    >;
    const missing = names.filter((name) => !values[name]);
    if (missing.length > 0) {
      mutation.reset();
      setGaps(Object.fromEntries(missing.map((name) => [name, empty[name]])) as FieldErrors<Name>);
    } else {
      setGaps(NONE);
      mutation.mutate(values);
    }
  }

  return {
    form: { ref: form, onSubmit, noValidate: true },
    errors: { ...refusals, ...gaps },
    failure: Object.keys(refusals).length > 0 ? null : error,
  };
}
