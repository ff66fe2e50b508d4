// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: - Build settings

/// The instruction set that the numeric modules are compiled for: a value of `-march`, or `baseline`.
///
/// Results do not depend on it (same bytes everywhere); only the speed does.
let instructionSet = Context.environment["SAMEDGE_ISA"] ?? "native"
/// What Linux says of the processor that compiles.
let processorFlags =
    FileManager.default.contents(atPath: "/proc/cpuinfo").map { String(decoding: $0, as: UTF8.self) + " " } ?? ""
/// Whether that has the 32 registers of 512 bits that the larger tiles of the matrix product need. No result depends on it.
let hasAVX512 = instructionSet == "native" ? processorFlags.contains(" avx512f ") : instructionSet == "x86-64-v4"
/// What the processor must know for code of that set, by the names that Linux gives it; nothing for other values of `-march`.
let version3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"]
let version4 = version3 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
let neededInstructions: [String] =
    switch instructionSet {
    case "native": version4.filter { processorFlags.contains(" \($0) ") }
    case "x86-64-v3", "haswell": version3
    case "x86-64-v4": version4
    default: []
    }
/// For the program, which looks at its processor before it does anything: compiled for every one itself.
let checks: [SwiftSetting] = neededInstructions.map { .define("SAMEDGE_NEEDS_\($0.uppercased())") }
let architecture: [SwiftSetting] =
    (instructionSet == "baseline" ? [] : [.unsafeFlags(["-Xcc", "-march=\(instructionSet)"])])
    + (hasAVX512 ? [.define("SAMEDGE_AVX512")] : [])

let common: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]
let numeric: [SwiftSetting] =
    common + architecture + [
        .unsafeFlags(["-Ounchecked", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

let package = Package(
    name: "samedge",
    products: [.executable(name: "samedge", targets: ["samedge"])],
    targets: [
        // MARK: - The machine, bytes and numbers
        .target(name: "Platform", exclude: ["README.md"], swiftSettings: common),
        .target(name: "Formats", dependencies: ["Platform"], exclude: ["README.md"], swiftSettings: common),
        .target(
            name: "Kernels", dependencies: ["Platform"], exclude: ["README.md"],
            // For OpenCL devices, whose compiler gets the text; each file beside the kernels' twins for the processor.
            resources: [
                "Storage/Matrix", "Functions/Functions", "Product/MatrixProduct", "Elementwise/Elementwise",
                "Reductions/Reductions",
                "Activation/SmoothActivation", "CrossEntropy/CrossEntropy", "Normalisation/Normalisation", "Embedding/TokenTable",
                "Attention/CausalSoftmax", "Pooling/MaxPooling", "Convolution/Convolution", "Convolution/Winograd",
            ].map { .embedInCode("\($0).cl") },
            // For vector arithmetic that is what it says: Storage/Lanes.swift.
            swiftSettings: numeric + [.enableExperimentalFeature("BuiltinModule")],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),

        // MARK: - Learning
        .target(name: "Networks", dependencies: ["Kernels"], exclude: ["README.md"], swiftSettings: common),
        .target(name: "Curvature", dependencies: ["Kernels", "Networks"], exclude: ["README.md"], swiftSettings: common),
        .target(
            name: "Training", dependencies: ["Kernels", "Networks", "Formats"], exclude: ["README.md"], swiftSettings: common),
        .target(name: "Datasets", dependencies: ["Kernels", "Formats"], exclude: ["README.md"], swiftSettings: common),

        // MARK: - Running and drawing
        .target(name: "Pipeline", dependencies: ["Platform", "Formats"], exclude: ["README.md"], swiftSettings: common),
        .target(
            name: "Cluster", dependencies: ["Pipeline", "Platform", "Formats"], exclude: ["README.md"], swiftSettings: common),
        .target(name: "Plotting", exclude: ["README.md"], swiftSettings: common),

        // MARK: - The paper and its command
        .target(
            name: "Paper",
            dependencies: [
                "Platform", "Formats", "Kernels", "Networks", "Curvature", "Training", "Datasets", "Pipeline", "Plotting",
                "CodeDigests",
            ], exclude: ["README.md"], swiftSettings: common),
        .executableTarget(
            name: "samedge",
            dependencies: ["Paper", "Networks", "Pipeline", "Cluster", "Platform", "Formats", "Plotting", "CodeDigests"],
            swiftSettings: common + checks),

        // MARK: - Digests of the sources, made while building
        .target(
            name: "CodeDigests", path: "Sources/Build/CodeDigests", swiftSettings: common,
            plugins: ["DigestSources"]),
        // Compiled before anything else can be, and so for itself alone: SHA-256 is the file of Formats, by a symbolic link.
        .target(name: "SourceDigests", path: "Sources/Build/SourceDigests", swiftSettings: common),
        .executableTarget(
            name: "digest-sources", dependencies: ["SourceDigests"], path: "Sources/Build/digest-sources",
            swiftSettings: common),
        .plugin(
            name: "DigestSources", capability: .buildTool(), dependencies: ["digest-sources"],
            path: "Sources/Build/DigestSources"),

        // MARK: - Tests
        .executableTarget(
            name: "bits", dependencies: ["Kernels", "Networks", "Curvature", "Training", "Plotting", "Formats"],
            path: "Tests/Bits",
            exclude: ["run", "digests.tsv"], swiftSettings: common),
        // A process for the pipeline's tests to kill.
        .executableTarget(
            name: "torture", dependencies: ["Pipeline", "Platform", "Formats", "Datasets", "TestSupport"], path: "Tests/Torture",
            exclude: ["run"], swiftSettings: common),
        // How much is done, the table of what was reached, random changes, and folders for a while.
        .target(name: "TestSupport", dependencies: ["Platform"], path: "Tests/Support", swiftSettings: common),
        // A project of toy stages.
        .target(
            name: "ToyProject", dependencies: ["Pipeline", "Platform", "Formats", "TestSupport"], path: "Tests/Toy",
            swiftSettings: common),
        .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"], swiftSettings: common),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "Platform", "TestSupport"], swiftSettings: common),
        // For the kernels' instruction set, because vectors are handed over in registers.
        .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: common + architecture),
        .testTarget(name: "NetworksTests", dependencies: ["Networks", "Kernels"], swiftSettings: common),
        .testTarget(
            name: "CurvatureTests", dependencies: ["Curvature", "Networks", "Training", "Kernels", "Formats", "TestSupport"],
            exclude: ["Outside"],
            swiftSettings: common),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "Networks", "Kernels", "Formats"], swiftSettings: common),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "Formats", "Platform", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "PipelineTests", dependencies: ["Pipeline", "Platform", "Formats", "torture", "TestSupport", "ToyProject"],
            swiftSettings: common),
        .testTarget(
            name: "ClusterTests", dependencies: ["Cluster", "Pipeline", "Platform", "Formats", "TestSupport", "ToyProject"],
            swiftSettings: common),
        .testTarget(name: "BuildTests", dependencies: ["SourceDigests", "TestSupport"], swiftSettings: common),
        .testTarget(name: "PlottingTests", dependencies: ["Plotting"], swiftSettings: common),
        .testTarget(
            name: "PaperTests",
            dependencies: ["Paper", "Datasets", "Pipeline", "Platform", "Formats", "Plotting", "CodeDigests", "TestSupport"],
            swiftSettings: common),
        .testTarget(
            name: "CommandTests",
            dependencies: ["samedge", "Cluster", "Pipeline", "Platform", "Formats", "Plotting", "TestSupport"],
            swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
