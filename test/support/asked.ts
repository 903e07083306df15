/** What a view answers, gathered; and why something was refused. */
import type { Gone, Live, Spec } from "../../engine/model.ts";
import { type Problem, problemsOf } from "../../engine/problem.ts";
import type { View } from "../../engine/provider.ts";

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The first object that a read by key gives, with these fields. */
export async function byKey(view: View, kind: string, key: string, ...fields: string[]): Promise<Live> {
  const [live] = await all(view.list(kind, { objects: [{ key, fields }] }));
  if (live === undefined) throw new Error(`No ${kind} is called ${key}`);
  return live;
}

export async function byId(view: View, kind: string, id: string, ...fields: string[]): Promise<Live | Gone> {
  const [answer] = await all(view.get(kind, [{ id, fields }]));
  if (answer === undefined) throw new Error(`No answer for ${kind} ${id}`);
  return answer;
}

export async function specOf(view: View, kind: string, id: string, ...fields: string[]): Promise<Spec> {
  const answer = await byId(view, kind, id, ...fields);
  if ("gone" in answer) throw new Error(`${kind} ${id} is gone`);
  return answer.spec;
}

export async function refusal(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
  } catch (error) {
    return problemsOf(error);
  }
  throw new Error("It was not refused");
}
