/// The text of all kernels, which stand in folders beside their twins for the processor.
enum KernelSource {
    /// Elements of a product's result along each side that one item has; each has a kernel of its own.
    static let productSizes = [2, 4, 8]

    /// What the device's compiler is handed.
    static let text: [UInt8] =
        PackageResources.Matrix_cl + PackageResources.Functions_cl
        + productSizes.flatMap { size in
            Array("\n#define PER \(size)\n#define PRODUCT product_\(size)\n".utf8) + PackageResources.MatrixProduct_cl
                + Array("\n#undef PER\n#undef PRODUCT\n".utf8)
        } + PackageResources.Elementwise_cl + PackageResources.Reductions_cl + PackageResources.SmoothActivation_cl
        + PackageResources.CrossEntropy_cl + PackageResources.Normalisation_cl + PackageResources.TokenTable_cl
        + PackageResources.CausalSoftmax_cl + PackageResources.MaxPooling_cl + PackageResources.Convolution_cl
        + PackageResources.Winograd_cl
}
