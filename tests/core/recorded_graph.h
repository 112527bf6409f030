// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/torch/step_graph.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/library.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace latentscape::tests {

/// A graph on the CPU that is as forgetful as a GPU's: it records the operations below autograd with their scalars and tensors as they are,
/// undoes what recording them computed, and repeats them on the same memory. What a body takes from the host is frozen; an operation
/// by which the host reads a tensor is refused.
class RecordedGraph final : public StepGraph {
public:
    /// What all graphs of a test did.
    struct Log {
        int captures = 0, replays = 0;
        std::vector<std::string> operations; ///< of the last capture, by name, in order
        int failAfter = -1;                  ///< throw at that operation of a capture
    };

    explicit RecordedGraph(Log& log) : m_log(log) {}

    void capture(const std::function<void()>& body) override
    {
        m_log.operations.clear();
        s_recording = this;
        try {
            const c10::impl::IncludeDispatchKeyGuard recorded(kKey);
            body();
        } catch (...) {
            s_recording = nullptr;
            undo();
            throw;
        }
        s_recording = nullptr;
        undo();
        ++m_log.captures;
    }

    void replay() override
    {
        for (const Call& call : m_calls)
            repeat(call);
        ++m_log.replays;
    }

    static StepGraphs graphs(Log& log)
    {
        return {[&log] { return std::make_unique<RecordedGraph>(log); }, {}};
    }

    static void record(const c10::OperatorHandle& operation, torch::jit::Stack* stack)
    {
        const c10::impl::ExcludeDispatchKeyGuard unrecorded(kKey);
        const std::size_t inputs = operation.schema().arguments().size();
        const torch::jit::Stack arguments(stack->end() - static_cast<std::ptrdiff_t>(inputs), stack->end());
        if (s_recording == nullptr) {
            operation.callBoxed(stack);
            return;
        }
        s_recording->admit(operation, arguments);
        operation.callBoxed(stack);
        const std::size_t outputs = operation.schema().returns().size();
        s_recording->m_calls.push_back({operation, arguments, {stack->end() - static_cast<std::ptrdiff_t>(outputs), stack->end()}});
    }

private:
    /// A key that nothing else in LibTorch's C++ uses, below autograd and above every kernel.
    static constexpr c10::DispatchKey kKey = c10::DispatchKey::Fake;

    struct Call {
        c10::OperatorHandle operation;
        torch::jit::Stack inputs, outputs;
    };

    /// The tensors of a value: one, or those of a list.
    static std::vector<at::Tensor> tensorsOf(const c10::IValue& value)
    {
        if (value.isTensor())
            return {value.toTensor()};
        return value.isTensorList() ? value.toTensorVector() : std::vector<at::Tensor>();
    }

    void admit(const c10::OperatorHandle& operation, const torch::jit::Stack& arguments)
    {
        const std::string name = operation.schema().name();
        if (name == "aten::_local_scalar_dense" || name == "aten::nonzero" || name == "aten::is_nonzero")
            throw std::runtime_error("the host reads a tensor by " + name);
        if (static_cast<int>(m_log.operations.size()) == m_log.failAfter)
            throw std::runtime_error("operation not permitted when stream is capturing");
        m_log.operations.push_back(name);
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const c10::AliasInfo* alias = operation.schema().arguments()[i].alias_info();
            if (alias == nullptr || !alias->isWrite())
                continue;
            for (const at::Tensor& tensor : tensorsOf(arguments[i]))
                m_overwritten.emplace_back(tensor, tensor.clone());
        }
    }

    /// A GPU computes nothing while it records.
    void undo()
    {
        for (auto entry = m_overwritten.rbegin(); entry != m_overwritten.rend(); ++entry)
            entry->first.copy_(entry->second);
        m_overwritten.clear();
    }

    static void repeat(const Call& call)
    {
        torch::jit::Stack stack = call.inputs;
        call.operation.callBoxed(&stack);
        const auto& returns = call.operation.schema().returns();
        for (std::size_t i = 0; i < returns.size(); ++i) {
            if (returns[i].alias_info() != nullptr || call.operation.schema().name().starts_with("aten::empty"))
                continue; // a view or the argument itself; or numbers that nobody wrote
            const std::vector<at::Tensor> found = tensorsOf(stack[i]), kept = tensorsOf(call.outputs[i]);
            for (std::size_t j = 0; j < kept.size(); ++j)
                if (kept[j].defined())
                    kept[j].copy_(found[j]);
        }
    }

    inline static RecordedGraph* s_recording = nullptr;
    Log& m_log;
    std::vector<Call> m_calls;
    std::vector<std::pair<at::Tensor, at::Tensor>> m_overwritten;
};

} // namespace latentscape::tests
