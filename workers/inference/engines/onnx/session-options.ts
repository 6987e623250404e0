import type { Variant } from '../../model/variant.ts'
import type { Platform } from '../platform.ts'

/** How every model of this engine is opened. */
export const sessionOptions = ({ dtype, dataFiles }: Variant, device: Platform['device']) => ({
  device,
  dtype,
  use_external_data_format: dataFiles,
  // Folds int8 weights to fp32 once: quantised kernels are several times slower in WASM (DESIGN, section 9).
  session_options: { extra: { session: { disable_quant_qdq: '1' } } },
})
