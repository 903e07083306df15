import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import { bodyObject, flag, requiredText } from "./input.ts";
import type { IdentityRow, UserRow } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid } from "./refusal.ts";
import { nothing, reply } from "./reply.ts";
import { shownIdentity } from "./shapes.ts";
import { activeUser, existing, newId, type Tenant, touchUser } from "./tenant.ts";
import { joinByDomain, mustBeFree } from "./user-rules.ts";

export function identityRoutes(tenant: Tenant, caller: Caller): readonly Route[] {
  const at = "/users/{user_id}/identities";
  const userOf = ({ params }: Exchange): UserRow => activeUser(tenant, params.user_id);
  const both = (exchange: Exchange): readonly [UserRow, IdentityRow] => {
    const user = userOf(exchange);
    return [user, existing(user.identities, exchange.params.user_identity_id)];
  };
  const list = (exchange: Exchange, user: UserRow): Response =>
    page(exchange, "identities", user.identities, (identity) => shownIdentity(tenant, user, identity));

  return [
    { method: "GET", path: at, handle: (exchange) => list(exchange, userOf(exchange)) },
    {
      method: "GET",
      path: `${at}/{user_identity_id}`,
      handle: (exchange) => reply(200, { identity: shownIdentity(tenant, ...both(exchange)) }),
    },
    {
      method: "POST",
      path: at,
      handle: (exchange) => {
        const user = userOf(exchange);
        const fields = bodyObject(exchange, "identity");
        const [type, value] = [requiredText(fields, "type"), requiredText(fields, "value")];
        const address = type === "email" ? value.toLowerCase() : value;
        if (type === "email") mustBeFree(tenant, address);
        const identity: IdentityRow = {
          id: newId(tenant),
          type,
          value: address,
          primary: user.identities.length === 0,
          verified: flag(fields, "verified") === true,
          createdAt: tenant.world.now(),
        };
        user.identities.push(identity);
        touchUser(tenant, user);
        return reply(201, { identity: shownIdentity(tenant, user, identity) });
      },
    },
    {
      method: "PUT",
      path: `${at}/{user_identity_id}/make_primary`,
      handle: (exchange) => {
        const [user, identity] = both(exchange);
        for (const one of user.identities) if (one.type === identity.type) one.primary = one === identity;
        touchUser(tenant, user);
        return list(exchange, user);
      },
    },
    {
      method: "PUT",
      path: `${at}/{user_identity_id}/verify`,
      handle: (exchange) => {
        const [user, identity] = both(exchange);
        identity.verified = true;
        joinByDomain(tenant, callerOf(caller, exchange).user, user);
        return reply(200, { identity: shownIdentity(tenant, user, identity) });
      },
    },
    {
      method: "DELETE",
      path: `${at}/{user_identity_id}`,
      handle: (exchange) => {
        const [user, identity] = both(exchange);
        if (identity.primary) throw invalid("base", "InvalidValue", "The primary identity cannot be deleted");
        user.identities = user.identities.filter((one) => one !== identity);
        touchUser(tenant, user);
        return nothing();
      },
    },
  ];
}
