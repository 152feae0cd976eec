import { SectionReader } from "./section-reader.ts";
import { pageBytes } from "./web-assembly.ts";

/**
 * How many pages of 64 KiB a module needs to begin with: the minimum of the memory that it imports,
 * and room for its constants. JavaScript's own reflection tells neither, and OPA's compiler leaves the
 * minimum as it is however large the constants are: such a module does not start with less.
 *
 * @returns undefined if the module imports no memory, or its sections cannot be read.
 */
export function initialMemoryPages(wasm: Uint8Array): number | undefined {
  let imported: number | undefined;
  let constants = 0;
  try {
    const reader = new SectionReader(wasm, 8);
    while (!reader.atEnd) {
      const id = reader.byte();
      const section = reader.section(reader.unsigned());
      if (id === importSection) imported = importedMinimum(section);
      if (id === dataSection) constants = Math.ceil(dataEnd(section) / pageBytes);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return imported === undefined ? undefined : Math.max(imported, constants);
}

const importSection = 2;
const dataSection = 11;

function importedMinimum(section: SectionReader): number | undefined {
  const count = section.unsigned();
  for (let index = 0; index < count; index++) {
    section.skip(section.unsigned()); // module
    section.skip(section.unsigned()); // name
    const kind = section.byte();
    if (kind === 2) {
      section.byte(); // flags
      return section.unsigned();
    }
    if (kind === 0) {
      section.unsigned(); // type index
    } else if (kind === 3) {
      section.skip(2); // value type, mutability
    } else {
      return undefined; // OPA imports no tables
    }
  }
  return undefined;
}

/** Address behind the last constant. */
function dataEnd(section: SectionReader): number {
  const count = section.unsigned();
  let end = 0;
  for (let index = 0; index < count; index++) {
    // OPA writes segments of memory 0 at a constant address, and no others.
    if (section.byte() !== 0 || section.byte() !== i32Const)
      throw new RangeError("another segment");
    const address = section.address();
    section.byte(); // end of the expression
    const size = section.unsigned();
    section.skip(size);
    end = Math.max(end, address + size);
  }
  return end;
}

const i32Const = 0x41;
