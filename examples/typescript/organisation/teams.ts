/** Who works where. */
export interface Team {
  readonly name: string;
  readonly department: string;
  readonly city: string;
}

const DEPARTMENTS = ["engineering", "sales", "support", "finance", "people", "legal", "marketing"];
const CITIES = [
  "berlin",
  "lisbon",
  "oslo",
  "paris",
  "rome",
  "tokyo",
  "austin",
  "lima",
  "cairo",
  "delhi",
  "perth",
  "quito",
  "turin",
  "york",
];

export const teams: readonly Team[] = DEPARTMENTS.flatMap((department) =>
  CITIES.map((city) => ({ name: `${department} ${city}`, department, city })),
);
