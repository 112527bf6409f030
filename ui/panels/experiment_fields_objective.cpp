// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the section OBJECTIVE. β stands in the tool bar.
#include "ui/panels/experiment_fields.h"

#include "ui/panels/form_row.h"
#include "ui/panels/narrow_combo.h"

namespace latentscape::ui {

namespace {
constexpr auto kSection = ConfigSection::Objective;

/// Capacity and free bits belong to the plain bound, with or without labels.
bool hasPlainKl(const RunConfig& c) { return c.objective.kind == ObjectiveKind::Vae || c.objective.kind == ObjectiveKind::ConditionalVae; }

// What only means something beside another choice goes with it: its row goes, too, and nobody could take it back.

void setKind(RunConfig& c, ObjectiveKind kind)
{
    c.objective.kind = kind;
    if (!hasPlainKl(c))
        c.objective.gamma = c.objective.capacity = c.objective.freeBits = 0.0;
}

void setLikelihood(RunConfig& c, Likelihood likelihood)
{
    c.objective.likelihood = likelihood;
    if (likelihood != Likelihood::Bernoulli)
        c.objective.binarization = Binarization::None;
}

void setWarmup(RunConfig& c, double epochs)
{
    c.objective.warmupEpochs = epochs;
    if (epochs <= 0.0)
        c.objective.warmup = Warmup::Linear;
}

void setGamma(RunConfig& c, double gamma)
{
    c.objective.gamma = gamma;
    if (gamma == 0.0)
        c.objective.capacity = 0.0;
}
} // namespace

void ExperimentFields::addObjective()
{
    addChoice(kSection, {tr("Objective"), QStringLiteral("Objective"), tr("What training minimises. β stands in the tool bar.")},
              {choice(ObjectiveKind::Vae, tr("VAE"), tr("Reconstruction + β · KL, with sampling (Kingma & Welling; β-VAE).")),
               choice(ObjectiveKind::Autoencoder, tr("Autoencoder"), tr("Reconstruction only, no sampling.")),
               choice(ObjectiveKind::InfoVae, tr("InfoVAE (MMD)"),
                      tr("Reconstruction + β · KL + λ · the distance of all codes together from the prior."), tr("InfoVAE")),
               choice(ObjectiveKind::BetaTcVae, tr("β-TCVAE"),
                      tr("Weighs by β only the part of the KL that says how far dimensions depend on each other.")),
               choice(ObjectiveKind::DipVae, tr("DIP-VAE-II"),
                      tr("Reconstruction + β · KL + λ · how far the codes' covariance is from the identity."), tr("DIP-VAE")),
               choice(ObjectiveKind::ConditionalVae, tr("Conditional VAE"),
                      tr("The label joins encoder and decoder, so that codes need not tell the class."), tr("CVAE"))},
              {[](const RunConfig& c) { return static_cast<int>(c.objective.kind); },
               [](RunConfig& c, int value) { setKind(c, static_cast<ObjectiveKind>(value)); }});

    ConfigField& lambda = addNumber(kSection, {tr("Lambda"), tr("Lambda"), tr("λ, the weight of the objective's own term.")},
                                    member([](RunConfig& c) -> double& { return c.objective.lambda; }));
    lambda.applies = [](const RunConfig& c) {
        return c.objective.kind == ObjectiveKind::InfoVae || c.objective.kind == ObjectiveKind::DipVae;
    };
}

void ExperimentFields::addLikelihood()
{
    addChoice(
        kSection,
        {tr("Likelihood"), QStringLiteral("Likelihood"),
         tr("How a decoded sample is compared with the real one. Losses of different likelihoods cannot be compared.")},
        {choice(Likelihood::Bernoulli, tr("Bernoulli"), tr("For values from 0 to 1: the cross-entropy of each value.")),
         choice(Likelihood::ContinuousBernoulli, tr("Continuous Bernoulli"),
                tr("A true density of grey values from 0 to 1; its nats may be negative."), tr("Continuous")),
         choice(Likelihood::Gaussian, tr("Gaussian (fixed σ)"), tr("Squared distances, weighed by a σ that you choose."), tr("Fixed σ")),
         choice(Likelihood::GaussianLearned, tr("Gaussian (learned σ)"),
                tr("Squared distances with one σ that is learned: for continuous values and tables."), tr("Learned σ")),
         choice(Likelihood::Poisson, tr("Poisson"), tr("For counts: whole numbers from 0 to 255."))},
        {[](const RunConfig& c) { return static_cast<int>(c.objective.likelihood); },
         [](RunConfig& c, int value) { setLikelihood(c, static_cast<Likelihood>(value)); }});

    ConfigField& sigma = addNumber(
        kSection,
        {tr("Sigma"), tr("Sigma"), tr("Standard deviation of the Gaussian, in units of the data: 1 is the range from black to white.")},
        member([](RunConfig& c) -> double& { return c.objective.sigma; }));
    sigma.applies = [](const RunConfig& c) { return c.objective.likelihood == Likelihood::Gaussian; };

    addChoice(kSection, {tr("Binarise"), tr("Binarise"), tr("What the Bernoulli likelihood is given in place of grey values.")},
              {choice(Binarization::None, tr("No, grey values"), tr("Grey values as they are."), tr("No")),
               choice(Binarization::Dynamic, tr("Anew each epoch"),
                      tr("Each value is drawn as 0 or 1 with its own probability, anew each epoch."), tr("Each epoch")),
               choice(Binarization::Threshold, tr("At one half"), tr("1 from one half on, 0 below."), tr("At 0.5"))},
              member([](RunConfig& c) -> Binarization& { return c.objective.binarization; }));
    ConfigField& binarise = m_fields.back();
    binarise.rare = true;
    binarise.applies = [](const RunConfig& c) { return c.objective.likelihood == Likelihood::Bernoulli; };
}

void ExperimentFields::addObjectiveTerms()
{
    ConfigField& warmup = addEpochs(
        kSection,
        {tr("Warm-up"), QStringLiteral("Warm-up"), tr("Epochs in which β grows from 0 to its value. 0: the full β from the start.")},
        {[](const RunConfig& c) { return c.objective.warmupEpochs; }, setWarmup});
    warmup.applies = [](const RunConfig& c) { return c.objective.isVariational(); };

    addChoice(kSection, {tr("Shape"), tr("Warm-up shape"), tr("How β grows during the warm-up.")},
              {choice(Warmup::Linear, tr("Once, linear"), tr("From 0 to the full β, then it stays."), tr("Linear")),
               choice(Warmup::Cyclic, tr("Again and again"), tr("Each period grows over its first half and stays for the second."),
                      tr("Cyclic"))},
              member([](RunConfig& c) -> Warmup& { return c.objective.warmup; }));
    ConfigField& shape = m_fields.back();
    shape.rare = true;
    shape.applies = [](const RunConfig& c) { return c.objective.isVariational() && c.objective.warmupEpochs > 0.0; };

    ConfigField& freeBits =
        addNumber(kSection, {tr("Free bits"), tr("Free bits"), tr("Nats a dimension that the KL may have for nothing. 0: none.")},
                  member([](RunConfig& c) -> double& { return c.objective.freeBits; }));
    freeBits.rare = true;
    freeBits.applies = hasPlainKl;

    ConfigField& gamma =
        addNumber(kSection, {tr("Gamma"), tr("Gamma"), tr("γ, how strongly the KL is held at the capacity, in place of β. 0: not at all.")},
                  {[](const RunConfig& c) { return c.objective.gamma; }, setGamma});
    gamma.rare = true;
    gamma.applies = hasPlainKl;

    ConfigField& capacity = addNumber(
        kSection,
        {tr("Capacity"), tr("Capacity"), tr("Nats at which γ holds the KL; it grows there during the warm-up, or over the whole run.")},
        member([](RunConfig& c) -> double& { return c.objective.capacity; }));
    capacity.rare = true;
    capacity.applies = [](const RunConfig& c) { return hasPlainKl(c) && c.objective.gamma > 0.0; };
}

} // namespace latentscape::ui
