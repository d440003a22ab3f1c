/** Is this the name of a compiled set: protoc's, or an image of buf's (buf.build/docs/reference/images)? */
export function isDescriptorSet(address: string): boolean {
  return /\.(pb|bin|binpb|protoset|desc|fds|json)(\.gz)?$/i.test(pathOf(address));
}

function pathOf(address: string): string {
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address).pathname : address;
}
