// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/carried_state.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace latentscape {

namespace {

constexpr std::string_view kStatePrefix = "train_state.";

Result<void> checkAlike(std::span<const TensorBlob> tensors, std::span<const TensorBlob> current, const std::string& name)
{
    for (const TensorBlob& want : current) {
        const auto found = std::ranges::find(tensors, want.name, &TensorBlob::name);
        if (found == tensors.end())
            return misfit("The checkpoint's " + name + " lacks the tensor " + want.name, "a tensor of that name", "none");
        if (found->type != want.type || found->shape != want.shape || found->bytes.size() != want.bytes.size())
            return misfit("The tensor " + want.name + " of the checkpoint's " + name + " has another type or shape", "that of the current state",
                          "another one");
    }
    if (tensors.size() != current.size())
        return misfit("The checkpoint's " + name + " has tensors that the current state does not have", std::to_string(current.size()) + " tensors",
                      std::to_string(tensors.size()));
    return {};
}

} // namespace

Error misfit(std::string what, std::string expected, std::string found)
{
    return Error{ErrorCode::Mismatch, std::move(what), std::move(expected), std::move(found), "Use another copy of the checkpoint."};
}

void addCarried(std::vector<TensorBlob>& trainState, CarriedState state, std::string_view prefix)
{
    for (std::vector<TensorBlob>* part : {&state.weights, &state.trainState})
        for (TensorBlob& tensor : *part) {
            tensor.name.insert(0, prefix);
            trainState.push_back(std::move(tensor));
        }
}

CarriedState takeCarried(std::vector<TensorBlob>& trainState, std::string_view prefix)
{
    CarriedState state;
    std::vector<TensorBlob> others;
    for (TensorBlob& tensor : trainState) {
        if (!tensor.name.starts_with(prefix)) {
            others.push_back(std::move(tensor));
            continue;
        }
        tensor.name.erase(0, prefix.size());
        (tensor.name.starts_with(kStatePrefix) ? state.trainState : state.weights).push_back(std::move(tensor));
    }
    trainState = std::move(others);
    return state;
}

Result<void> checkCarried(const CarriedState& state, const CarriedState& current, std::string_view what)
{
    const std::string name = std::string(what) + " state";
    if (auto alike = checkAlike(state.weights, current.weights, name); !alike)
        return alike;
    return checkAlike(state.trainState, current.trainState, name);
}

} // namespace latentscape
