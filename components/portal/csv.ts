/** A table for programs (RFC 4180). */
export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map((value) => cell(value ?? "")).join(",")}\r\n`).join("");
}

/** A cell in quotes where it must be; what a spreadsheet would calculate is text. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const plain = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
