import { parseAddress } from "../../address.ts";
import type { Address, Owned } from "../../model.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { problemsData, problemsText } from "../../report/problems.ts";
import { nearest } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { rebind } from "../binding.ts";
import { type Command, EXIT } from "../command.ts";
import type { Invocation } from "../invocation.ts";
import { openWorkspace } from "../workspace.ts";

export const move: Command = {
  name: "move",
  arguments: "FROM TO",
  summary: "Rename an address without touching the live object",
  description: [
    "For a document that got another name: state follows, nothing is deleted or created. A mark on the live object goes on",
    "naming the old address until Accord next changes the object, and for good where the system lets it be set only once.",
  ],
  examples: [["accord move okta/group/oncall okta/group/prod-breakglass", "After renaming the document"]],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const [fromText = "", toText = ""] = given.positionals;
    const from = parseAddress(fromText);
    const to = parseAddress(toText);
    if (from === undefined || to === undefined) {
      throw new ProblemError({ code: "usage", message: "move takes two addresses.", hint: "accord move FROM TO" });
    }
    if (from.instance !== to.instance || from.kind !== to.kind) {
      throw new ProblemError({
        code: "wrong-kind",
        message: `${from.address} cannot become ${to.address}: only the name of an address can change.`,
        hint: "For another instance or kind, forget the one and import the other.",
      });
    }
    const { workspace, declared } = await openWithDocuments(invocation);
    await rebind(workspace, `accord move ${fromText} ${toText}`, async ({ context }) => {
      const { resources } = context.state;
      const owned = resources.find((one) => one.address === from.address);
      check(owned, from.address, to.address, resources);
      if (owned === undefined) return undefined;
      const renamed = (address: Address): Address => (address === from.address ? to.address : address);
      const others = resources.filter((one) => one !== owned && one.dependsOn.includes(from.address));
      return {
        changes: [
          { address: from.address, removed: true as const },
          { address: to.address, owned: { ...owned, address: to.address } },
          ...others.map((one) => ({ address: one.address, owned: { ...one, dependsOn: one.dependsOn.map(renamed) } })),
        ],
        events: [{ type: "move", actor: workspace.actor, from: from.address, to: to.address, id: owned.id }],
      };
    });
    voice.say(`${from.address} is now ${to.address}.`);
    const view = { problems: [], warnings: undeclared(to.address, declared), again: placeAgain(invocation) };
    const told = view.warnings.length === 0 ? {} : problemsData(view);
    if (voice.json) voice.data(JSON.stringify({ from: from.address, to: to.address, ...told }));
    else if (view.warnings.length > 0) voice.complain(problemsText(view, { color: voice.errorColor }));
    return EXIT.ok;
  },
};

/** State can be mended while the documents are broken; then nobody knows which addresses they declare. */
async function openWithDocuments(invocation: Invocation) {
  try {
    const workspace = await openWorkspace(invocation);
    return { workspace, declared: new Set(workspace.resources.map(({ address }) => address)) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { workspace: await openWorkspace(invocation, { documents: false }), declared: undefined };
  }
}

function undeclared(to: Address, declared: ReadonlySet<Address> | undefined): readonly Problem[] {
  if (declared === undefined) {
    return [
      {
        code: "documents-unknown",
        message: `The documents have problems, so whether one of them declares ${to} is not known.`,
        hint: "See `accord validate`. What no document declares is ended or forgotten by the next apply.",
        address: to,
      },
    ];
  }
  if (declared.has(to)) return [];
  return [
    {
      code: "not-declared",
      message: `No document declares ${to}: the next apply would end the object, or forget it.`,
      hint: "Rename its document as well.",
      address: to,
    },
  ];
}

function check(owned: Owned | undefined, from: Address, to: Address, resources: readonly Owned[]): void {
  if (owned === undefined) {
    throw new ProblemError({
      code: "not-owned",
      message: `${from} is not in state.`,
      hint:
        nearest(
          from,
          resources.map((one) => one.address),
        ) || "`accord state list` shows what is.",
    });
  }
  if (owned.protect) {
    throw new ProblemError({
      code: "protected",
      message: `${from} is protected: it cannot be moved.`,
      hint: "Set `protect: false` in its document, apply that, then move it.",
      address: from,
    });
  }
  if (resources.some((one) => one.address === to)) {
    throw new ProblemError({
      code: "already-bound",
      message: `${to} is taken.`,
      hint: `Forget it first: accord forget ${to}.`,
      address: to,
    });
  }
}
