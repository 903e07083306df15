/**
 * Validators that the build compiled, for the question that nearly every document answers with yes. From source there
 * are none: `rolldown.config.ts` puts them in this file's place, since compiling schemas takes longer than all the rest
 * of `accord validate`. What they refuse is asked again of Ajv, which says why.
 */
export function readyValidator(_place: string): ((value: unknown) => boolean) | undefined {
  return undefined;
}
