import { createHmac, randomBytes } from 'node:crypto';

const key = randomBytes(32);

/**
 * What stands for a secret in a table: nobody outside this process can compute it, so neither the table's timing nor its keys tell anything
 * of the secret.
 */
export function fingerprint(secret: string): string {
  return createHmac('sha256', key).update(secret).digest('base64');
}
