// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/active_columns.h"
#include "core/torch/compute_pool.h"
#include "core/torch/cpu_loops.h"
#include "core/torch/float_buffer.h"
#include "core/torch/matrix_product.h"
#include "core/torch/vae_engine.h"

#include <optional>
#include <span>
#include <vector>

namespace latentscape {

/// The CPU's engine: hand-written forward and backward pass into buffers made once, matrix products cut into tiles for a ComputePool.
/// A step is a row of phases; inside a phase tasks share nothing, between phases all threads meet:
///   gather | each encoder layer | heads, z, KL, first decoder layer | other decoder layers | logits, loss, their gradients |
///   back through each decoder layer | dz, d(μ, log σ²) | back through each encoder layer | norm of the gradients, where measured | optimiser
/// A layer's phase is cut by its output columns; the same columns are rows of its weight gradient, so one task does the layer's
/// backward product, its activation, its weight and bias gradient without meeting anyone. Where the batch is small, the output's phase goes on
/// to what its own columns give to the gradient of the layer below, so that no other thread ever reads their weights, and to their update while
/// their gradient is still in the cache; so does the first layer's last phase, whatever the batch.
/// A large batch is cut by its rows instead, whose products are wider and need nobody else's: gather | all layers forward and back, a block of
/// rows a task | all weights' gradients and their update, by the weights' rows | what is left of the optimiser. A step allocates nothing.
class CpuEngine final : public VaeEngine {
public:
    explicit CpuEngine(EngineSetup setup);

    [[nodiscard]] const ParameterLayout& layout() const noexcept override { return m_layout; }
    [[nodiscard]] std::string deviceName() const override { return m_setup.precision == Precision::BFloat16 ? "CPU (products in bfloat16)" : "CPU"; }
    [[nodiscard]] int threads() const noexcept override { return m_pool.threads(); }
    [[nodiscard]] StepMode stepMode() const override;
    void beginEpoch(int epoch, std::span<const std::int32_t> order) override;
    void step(std::size_t begin, std::size_t count, const StepControls& controls) override;
    [[nodiscard]] std::vector<StepLoss> drainSteps() override;
    [[nodiscard]] std::size_t chunkRows() const noexcept override { return m_capacity; }
    void posterior(bool test, std::span<const std::int32_t> samples, std::span<float> mu, std::span<float> logvar) override;
    void reconstruction(bool test, std::span<const std::int32_t> samples, std::span<const float> z, std::span<double> nats) override;
    void readHarvest(std::span<float> mu, std::span<float> logvar) const override;
    void writeHarvest(std::span<const float> mu, std::span<const float> logvar) override;
    void read(StateBuffer buffer, std::span<float> out) const override;
    void write(StateBuffer buffer, std::span<const float> in) override;
    [[nodiscard]] std::int64_t stepCount() const noexcept override { return m_steps; }
    void setStepCount(std::int64_t steps) override { m_steps = steps; }
    void keep() override;
    void rollBack() override;

private:
    /// A layer's values for a batch: output y [rows, out], its gradient, and the activation's input where the derivative needs it.
    struct Activations {
        FloatBuffer y;
        FloatBuffer gradient;
        FloatBuffer pre;
    };
    /// Columns of a tile start on half a cache line at least, where rows themselves do.
    static constexpr std::size_t kColumnGranule = 8;
    static constexpr std::size_t kRowGranule = 4;
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
        [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
    };

    /// A rectangle of a layer's values.
    struct Block {
        Range rows;
        Range columns;
    };

    // Phases; n rows are in the buffers.
    void gather(bool test, const std::int32_t* samples, std::size_t n, std::optional<std::size_t> begin); ///< begin: of a training step
    [[nodiscard]] bool findActiveColumns(std::size_t n, int masks); ///< of the batch gathered; whether leaving out the others pays
    void binariseRow(bool test, std::int32_t sample, std::optional<std::size_t> position, std::span<float> x) const noexcept;
    void encoderForward(std::size_t n);
    void headsForward(std::size_t n); ///< whole phase of posterior()
    void sampleAndFirstLayer(std::size_t begin, std::size_t n);
    void decoderForward(std::size_t firstLayer, std::size_t n);
    void outputLoss(std::size_t n, bool withGradients);
    void decoderBackward(std::size_t n);
    void latentBackward(std::size_t n, float beta);
    void encoderBackward(std::size_t n);
    [[nodiscard]] bool cutsRows(std::size_t n) const noexcept; ///< whether the two phases below take the place of all between gather and update
    void forwardAndBack(std::size_t begin, std::size_t n, float beta);
    void weightGradients(std::size_t n);
    [[nodiscard]] StepLoss differentiate(std::size_t begin, std::size_t n, double beta); ///< everything before the optimiser; loss without norm
    [[nodiscard]] double gradientNorm();
    void prepareUpdate(double learningRate); ///< of the step that begins
    void update(double factor);              ///< of all that was not updated along the way; gradients times factor first
    void updateRange(std::size_t first, std::size_t count, const float* gradients) noexcept;
    /// Weights and biases of a layer's rows in the phase that computed their gradients.
    void updateAlong(const LinearSlot& layer, Range rows, int task) noexcept;
    /// Whether that is done: nothing has to be known of the other gradients first, and the step needs the layer's weights no more.
    [[nodiscard]] bool updatesAlong(const LinearSlot& layer) const noexcept;
    /// Calls body(first, count, gradients) for a range of the flat buffers; the gradients are multiplied by factor before.
    template <typename Body>
    void wholeRange(std::size_t first, std::size_t count, float factor, Body&& body);
    /// The same for the ranges that a layer's rows have.
    template <typename Body>
    void eachRange(const LinearSlot& layer, Range rows, int task, float factor, Body&& body);
    /// The same for all rows whose gradients task of tasks computes in the layers' phases, but those that were updated along the way.
    template <typename Body>
    void eachOwnRange(int task, int tasks, float factor, Body&& body);
    void spreadFirstGradient(); ///< brings the first layer's gradient from its compact form into m_gradients
    [[nodiscard]] int updateTasks() const noexcept;

    /// In what the setup says within a step, in float32 elsewhere.
    void largeProduct(std::size_t m, std::size_t n, std::size_t k, const MatrixView& a, const MatrixView& b, float* c, std::size_t strideC) const noexcept;

    // What a task does, of its own block of a layer or of its own rows of all.
    void forwardTile(const LinearSlot& layer, const float* in, Activations& out, const Block& block);
    void headsRows(Range rows);
    void sampleRows(std::size_t begin, Range rows); ///< heads, z and KL
    void outputTile(const Block& block, std::size_t tile, float* biasGradient); ///< logits, loss, their gradients
    void backwardTile(const LinearSlot& above, const float* gradientAbove, Activations& values, const Block& block);
    void activationBackwardTile(Activations& values, std::size_t outputs, const Block& block);
    void latentBackwardRows(Range rows, float beta);
    /// Of rows of a layer's weights; biases: whether theirs, too.
    void gradientTile(const LinearSlot& layer, const float* in, const float* gradient, Range rows, std::size_t n, bool biases);
    void headsGradientTile(Range columns, std::size_t n, bool biases);
    void prepareLoss();                    ///< σ and the scale of this step's gradients
    void logSigmaGradient(std::size_t n);
    [[nodiscard]] double reconstructionOf(std::size_t row) const noexcept; ///< from the tiles' sums, in nats
    [[nodiscard]] int pieces(std::size_t total, std::size_t granule, double flops) const noexcept;
    [[nodiscard]] static Range piece(std::size_t total, std::size_t granule, int pieces, int index) noexcept;
    [[nodiscard]] const float* decoderInput(std::size_t layer) const noexcept;
    [[nodiscard]] const float* encoderInput(std::size_t layer) const noexcept;
    [[nodiscard]] const float* headsInput() const noexcept { return encoderInput(m_encoder.size()); }
    [[nodiscard]] float* weights(std::size_t offset) noexcept { return m_parameters.data() + offset; }
    [[nodiscard]] FloatBuffer& buffer(StateBuffer which) noexcept;

    EngineSetup m_setup;
    ParameterLayout m_layout;
    std::size_t m_pixels;
    std::size_t m_latent;
    std::size_t m_capacity; ///< rows of every batch buffer
    std::vector<std::int32_t> m_rowOf;
    std::vector<std::int32_t> m_order;
    std::vector<std::int32_t> m_harvestRow; ///< of each position of m_order
    int m_epoch = 0;
    bool m_reduced = false; ///< within a step whose large products are in bfloat16
    std::size_t m_batch = 1; ///< samples of the step, over all processes: what gradients are the mean of

    FloatBuffer m_parameters, m_gradients /* in a group with the room of StepTail behind it */, m_firstMoment, m_secondMoment;
    FloatBuffer m_keptParameters, m_keptFirst, m_keptSecond;
    std::int64_t m_steps = 0;
    std::int64_t m_keptSteps = 0;

    FloatBuffer m_x;
    // Pixels that are zero in all images of the step are left out of the first layer's products.
    std::vector<std::uint8_t> m_masks; ///< [tasks, D]
    ActiveColumns m_active;
    bool m_compact = false;            ///< the batch in the buffers is multiplied so
    FloatBuffer m_compactX, m_compactWeights; ///< [rows, stride], [first hidden, stride]; weights, then their gradients
    bool m_compactGradient = false;    ///< the first layer's gradient is there and not in m_gradients, whose zeros would cost a way through memory
    FloatBuffer m_gradientRow;         ///< [threads, largest stride]: a row of it with its zeros
    std::int64_t m_maskedSteps = 0;
    std::size_t m_columnsLeftOut = 0;  ///< of all those steps
    std::vector<Activations> m_encoder; ///< hidden layers
    FloatBuffer m_heads, m_headsGradient; ///< [rows, 2L]: μ, then log σ² (cut)
    FloatBuffer m_noise, m_sigma, m_z, m_zGradient; ///< [rows, L]
    std::vector<Activations> m_decoder; ///< hidden layers
    FloatBuffer m_output;               ///< [rows, D]: logits or means, then their gradient
    FloatBuffer m_tileLoss;             ///< [tiles, rows]: Bernoulli nats or squared errors
    int m_lossTiles = 0;
    FloatBuffer m_parts; ///< [tiles, rows, last hidden]: what the tiles give to the last hidden layer's gradient
    int m_partCount = 0; ///< of this step; 0: that gradient is a product of its own
    bool m_updatesAlong = false; ///< this step: no norm, no other process has to be waited for
    loops::AdamStep m_adam; ///< of this step; the other optimisers take its learning rate
    std::vector<double> m_rowKl;
    std::vector<double> m_taskSquares; ///< Σ g² of each task
    double m_logSigma = 0.0;
    float m_residualScale = 1.0f; ///< 1/σ² ÷ batch: of residuals in the objective's gradient
    bool m_byRows = false;        ///< this step is cut by its rows

    FloatBuffer m_harvestMu, m_harvestLogvar;
    std::vector<StepLoss> m_losses;
    ComputePool m_pool;
};

} // namespace latentscape
