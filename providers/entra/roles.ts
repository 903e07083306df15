/** Built-in directory roles by their template ids, which are the same in every tenant (entra.md §8). */

export const GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";
export const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
export const PRIVILEGED_ROLE_ADMINISTRATOR = "e8611ab8-c189-46e8-94e1-60213ab1f814";
export const USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1";
export const HELPDESK_ADMINISTRATOR = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
export const DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
export const GROUPS_ADMINISTRATOR = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
export const EXCHANGE_ADMINISTRATOR = "29232cdf-9323-42fd-ade2-1d097af3e4de";

/** Names of the roles whose holders can give anybody any role, themselves included. */
export const ADMINISTERING: readonly string[] = ["Global Administrator", "Privileged Role Administrator"];

/** Names of built-in roles that read only what every member reads anyway. */
export const HARMLESS: readonly string[] = [
  "Directory Readers",
  "Message Center Reader",
  "User Experience Success Manager",
];
