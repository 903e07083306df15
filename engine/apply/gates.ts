/** How much may run at once: per instance as many as its provider says, per lane one. */

export type Enter = <T>(instance: string, lane: string | undefined, work: () => Promise<T>) => Promise<T>;

export function gates(widthOf: (instance: string) => number): Enter {
  const instances = new Map<string, Gate>();
  const lanes = new Map<string, Gate>();
  const gateOf = (map: Map<string, Gate>, key: string, width: number): Gate => {
    const known = map.get(key);
    if (known !== undefined) return known;
    const gate = createGate(width);
    map.set(key, gate);
    return gate;
  };
  return async (instance, lane, work) => {
    // The lane first: a step that waits for its lane must not hold a place that others could use.
    const leaveLane = lane === undefined ? undefined : await gateOf(lanes, `${instance} ${lane}`, 1).enter();
    try {
      const leave = await gateOf(instances, instance, widthOf(instance)).enter();
      try {
        return await work();
      } finally {
        leave();
      }
    } finally {
      leaveLane?.();
    }
  };
}

interface Gate {
  enter(): Promise<() => void>;
}

function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let head = 0;
  let inside = 0;
  const leave = (): void => {
    const next = waiting[head];
    if (next === undefined) {
      inside -= 1;
      return;
    }
    head += 1;
    if (head > 1_000 && head * 2 > waiting.length) {
      waiting.splice(0, head);
      head = 0;
    }
    next();
  };
  return {
    async enter() {
      if (inside < width) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
