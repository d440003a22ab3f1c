/** Field cost and type cost (IBM GraphQL cost specification, "Field Cost" and "Type Cost"). */
export interface Cost {
  readonly field: number;
  readonly type: number;
}

/** Sums stay exact up to here, and stay here beyond: no size times zero is ever NaN. */
const mostCost = Number.MAX_SAFE_INTEGER;

/** A cost while sizes above it are not known yet: what is near, and what is far (`Weight`). */
export class OpenCost {
  nearField = 0;
  farField = 0;
  nearType = 0;
  farType = 0;

  add(other: OpenCost): void {
    this.nearField = capped(this.nearField + other.nearField);
    this.farField = capped(this.farField + other.farField);
    this.nearType = capped(this.nearType + other.nearType);
    this.farType = capped(this.farType + other.farType);
  }

  /** To the greater one: no less than either, whatever it is multiplied with. */
  raise(other: OpenCost): void {
    const farField = Math.max(this.farField, other.farField);
    const farType = Math.max(this.farType, other.farType);
    const [own, its] = [this.total, other.total];
    this.nearField = Math.max(own.field, its.field) - farField;
    this.nearType = Math.max(own.type, its.type) - farType;
    this.farField = farField;
    this.farType = farType;
  }

  /** Of so many. A size that nobody declared multiplies what is far alone. */
  times(size: number, declared: boolean): OpenCost {
    const product = new OpenCost();
    const near = declared ? size : 1;
    product.nearField = capped(this.nearField * near);
    product.farField = capped(this.farField * size);
    product.nearType = capped(this.nearType * near);
    product.farType = capped(this.farType * size);
    return product;
  }

  get total(): Cost {
    return { field: capped(this.nearField + this.farField), type: capped(this.nearType + this.farType) };
  }
}

/** What sums are kept within. */
export function capped(cost: number): number {
  return Math.min(cost, mostCost);
}
