const unit: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Bytes of `512KB`, `8MB` (units of 1,024); undefined where the text is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/.exec(text);
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * unit[match[2]!]!);
}
