import { createHash } from 'node:crypto';
import type { Checked } from '../base/checked.ts';
import type { DocumentReader, SourceBytes, SourceText } from '../source/reader.ts';

/** What was asked of a reader, and a digest of what it answered. */
interface Question {
  readonly digest: string;
  ask(reader: DocumentReader): Promise<string>;
}

/** What a source's description was made of: asked again, it tells whether the description still holds. */
export class ReadingRecord {
  readonly #questions: Question[] = [];
  readonly #files = new Set<string>();

  /** A reader that passes on and notes every question. */
  around(reader: DocumentReader): DocumentReader {
    return {
      read: async (reference, base) => {
        const answer = await reader.read(reference, base);
        this.#noteFile(answer.ok ? answer.value.address : base === undefined ? reference : undefined);
        this.#note(textDigest(answer), async other => textDigest(await other.read(reference, base)));
        return answer;
      },
      readBytes: async address => {
        const answer = await reader.readBytes(address);
        this.#noteFile(answer.ok ? answer.value.address : address);
        this.#note(bytesDigest(answer), async other => bytesDigest(await other.readBytes(address)));
        return answer;
      },
      list: async (folder, extension) => {
        const answer = await reader.list(folder, extension);
        this.#noteFile(folder);
        this.#note(JSON.stringify(answer), async other => JSON.stringify(await other.list(folder, extension)));
        return answer;
      },
      isFolder: async address => {
        const answer = await reader.isFolder(address);
        this.#note(String(answer), async other => String(await other.isFolder(address)));
        return answer;
      },
    };
  }

  /** Files and folders that were read. */
  get files(): readonly string[] {
    return [...this.#files].sort();
  }

  /** Was anything read? A backend that describes itself cannot be compared. */
  get isEmpty(): boolean {
    return this.#questions.length === 0;
  }

  /** Of all that was read, in whatever order it was asked for; undefined where nothing was. */
  get digest(): string | undefined {
    if (this.isEmpty) return undefined;
    const hash = createHash('sha256');
    for (const { digest } of [...this.#questions].sort((a, b) => (a.digest < b.digest ? -1 : 1))) hash.update(digest);
    return hash.digest('base64');
  }

  /** Does this reader answer everything as the recorded one did? */
  async holds(reader: DocumentReader): Promise<boolean> {
    const answers = await Promise.all(this.#questions.map(question => question.ask(reader)));
    return answers.every((digest, index) => digest === this.#questions[index]!.digest);
  }

  #note(digest: string, ask: Question['ask']): void {
    this.#questions.push({ digest, ask });
  }

  #noteFile(address: string | undefined): void {
    if (address?.startsWith('/')) this.#files.add(address);
  }
}

function textDigest(answer: Checked<SourceText>): string {
  if (!answer.ok) return JSON.stringify(answer.diagnostics);
  return createHash('sha256').update(answer.value.text).digest('base64');
}

function bytesDigest(answer: Checked<SourceBytes>): string {
  if (!answer.ok) return JSON.stringify(answer.diagnostics);
  return createHash('sha256').update(answer.value.bytes).digest('base64');
}
