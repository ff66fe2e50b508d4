/// The instruction sets that the numeric modules of this program were compiled for; `Package.swift` says which.
let neededInstructions: [String] = {
    var needed: [String] = []
    #if SAMEDGE_NEEDS_AVX
    needed.append("avx")
    #endif
    #if SAMEDGE_NEEDS_AVX2
    needed.append("avx2")
    #endif
    #if SAMEDGE_NEEDS_BMI1
    needed.append("bmi1")
    #endif
    #if SAMEDGE_NEEDS_BMI2
    needed.append("bmi2")
    #endif
    #if SAMEDGE_NEEDS_F16C
    needed.append("f16c")
    #endif
    #if SAMEDGE_NEEDS_FMA
    needed.append("fma")
    #endif
    #if SAMEDGE_NEEDS_MOVBE
    needed.append("movbe")
    #endif
    #if SAMEDGE_NEEDS_AVX512F
    needed.append("avx512f")
    #endif
    #if SAMEDGE_NEEDS_AVX512BW
    needed.append("avx512bw")
    #endif
    #if SAMEDGE_NEEDS_AVX512CD
    needed.append("avx512cd")
    #endif
    #if SAMEDGE_NEEDS_AVX512DQ
    needed.append("avx512dq")
    #endif
    #if SAMEDGE_NEEDS_AVX512VL
    needed.append("avx512vl")
    #endif
    return needed
}()
