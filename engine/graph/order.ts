/**
 * In which order changes run.
 *
 *      okta/group ──► c1/entitlement ──► c1/access-profile ──► c1/membership-automation
 *      create ─────────────────────────────────────────────► create      (needs first)
 *      delete ◄───────────────────────────────────────────── delete      (needed last)
 *
 * A layer is everything whose needs are in earlier layers.
 */

/** Layers of `addresses`, or of whatever else has needs; needs outside the set count as met. */
export function layersOf<T>(addresses: Iterable<T>, needs: (address: T) => readonly T[]): T[][] {
  const open = new Map<T, number>();
  const unlocks = new Map<T, T[]>();
  const all = new Set(addresses);
  for (const address of all) {
    const own = needs(address).filter((need) => all.has(need) && need !== address);
    open.set(address, own.length);
    for (const need of own) {
      const list = unlocks.get(need);
      if (list === undefined) unlocks.set(need, [address]);
      else list.push(address);
    }
  }
  const layers: T[][] = [];
  let layer = [...all].filter((address) => open.get(address) === 0);
  while (layer.length > 0) {
    layers.push(layer);
    const next: T[] = [];
    for (const address of layer) {
      for (const unlocked of unlocks.get(address) ?? []) {
        const left = (open.get(unlocked) ?? 0) - 1;
        open.set(unlocked, left);
        if (left === 0) next.push(unlocked);
      }
    }
    layer = next;
  }
  return layers;
}
