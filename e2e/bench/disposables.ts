/** What was started is ended in reverse. `AsyncDisposableStack`, which Node 20 lacks, in brief. */
export class Disposables implements AsyncDisposable {
  readonly #all: AsyncDisposable[] = [];

  use<Value extends AsyncDisposable>(value: Value): Value {
    this.#all.push(value);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#all.splice(0).reverse()) await each[Symbol.asyncDispose]();
  }
}
