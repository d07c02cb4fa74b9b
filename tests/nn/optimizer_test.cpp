#include "nn/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "core/value.h"
#include "nn/nn_support.h"
#include "nn/schedule.h"

using namespace fm;

namespace {

/// Algorithm 2 of arXiv:1711.05101 as written, one number at a time; Adam is the case of no decay.
struct SlowAdam {
  double beta1, beta2, epsilon, weight_decay;
  double m = 0, v = 0;
  int k = 0;
  double step(double lr, double g, double p) {
    ++k;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const double m_hat = m / (1 - std::pow(beta1, k)), v_hat = v / (1 - std::pow(beta2, k));
    return p - lr * (m_hat / (std::sqrt(v_hat) + epsilon) + weight_decay * p);
  }
};
SlowAdam slow(const Adam& a) {
  return {a.beta1, a.beta2, a.epsilon, 0};
}
SlowAdam slow(const AdamW& a) {
  return {a.beta1, a.beta2, a.epsilon, a.weight_decay};
}

std::vector<double> after_five_steps(const Optimizer& optimizer) {
  std::vector<double> p{1.0, -0.5, 0.25};
  OptimizerState<double> state(3);
  for (int k = 1; k <= 5; ++k) {
    const std::vector<double> g{1.0 / k, 0.5 * k - 2, 1e-6 * (k % 2 ? -1 : 1)};
    optimizer_step<double>(optimizer, 0.01, g, state, p);
  }
  CHECK(state.step == 5);
  return p;
}

}  // namespace

TEST_CASE("optimizer: five steps are those of PyTorch") {
  // PyTorch 2.13: p = [1, -.5, .25] in float64, p.grad = [1/k, k/2 - 2, 1e-6 (-1)^k] at k = 1..5,
  // torch.optim.Adam([p], lr=.01, betas=(.9, .999), eps=1e-8) and
  // torch.optim.AdamW([p], lr=.01, betas=(.8, .95), eps=1e-6, weight_decay=.1)
  const std::vector<double> adam{0.955985391634062, -0.45947451302859266, 0.26420737854097803};
  const std::vector<double> adamw{0.9522286498753851, -0.4591596023216901, 0.2554386041206821};
  for_each_instruction_set([&] {
    const auto p = after_five_steps(Adam{});
    const auto q = after_five_steps(AdamW{.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-6, .weight_decay = 0.1});
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(p[i] == doctest::Approx(adam[i]).epsilon(1e-13));
      CHECK(q[i] == doctest::Approx(adamw[i]).epsilon(1e-13));
    }
  });
}

TEST_CASE("optimizer: every member follows its slow twin, at lengths that fill no vector, in both scalars") {
  const auto follow = [](auto zero, const auto& member, double tolerance) {
    using T = decltype(zero);
    constexpr std::size_t n = 37;
    std::vector<T> p(n), g(n);
    std::vector<double> expected(n);
    std::vector<SlowAdam> twins(n, slow(member));
    for (std::size_t i = 0; i < n; ++i) p[i] = static_cast<T>(0.1 * double(i) - 1), expected[i] = p[i];
    OptimizerState<T> state(n);
    for (std::uint64_t k = 0; k < 50; ++k) {
      const double lr = 0.01 / (1 + double(k)), scale = 0.5;
      Draws draws(9, Purpose::test, k);
      for (std::size_t i = 0; i < n; ++i) {
        g[i] = static_cast<T>(draws.normal());
        expected[i] = twins[i].step(lr, scale * g[i], expected[i]);
      }
      optimizer_step<T>(member, lr, g, state, p, scale);
    }
    for (std::size_t i = 0; i < n; ++i) CHECK(std::abs(p[i] - expected[i]) <= tolerance);
  };
  for_each_instruction_set([&] {
    for_each_member<Optimizer>([&](const auto& member) {
      CAPTURE(member.name);
      follow(double{}, member, 1e-13);
      follow(float{}, member,
             50 * 4 * 0x1p-23);  // at most 4 roundings of numbers up to 4 in each of 50 steps
    });
  });
}

TEST_CASE("optimizer: a gradient that is not a number shows in the parameters") {
  for_each_member<Optimizer>([](const auto& member) {
    std::vector<float> p(20, 1.0f), g(20, 0.1f);
    g[7] = std::numeric_limits<float>::quiet_NaN();
    OptimizerState<float> state(20);
    optimizer_step<float>(member, 0.01, g, state, p);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(std::isnan(p[i]) == (i == 7));
  });
}

TEST_CASE("optimizer: clipping brings the norm to the bound and leaves smaller gradients alone") {
  const std::vector<float> g{3, 0, 0, 0, 0, 0, 0, 0, 0, 4};
  CHECK(gradient_norm<float>(g) == 5);
  CHECK(clip_scale(5, 1) == 0.2);
  CHECK(clip_scale(5, 10) == 1);
  CHECK(clip_scale(0, 1) == 1);
  CHECK(std::isnan(clip_scale(NAN, 1)));
  CHECK(std::isnan(clip_scale(std::numeric_limits<double>::infinity(), 1)));
  const std::vector<float> large(1000, 1e30f);  // squares overflow a float
  CHECK(gradient_norm<float>(large) == doctest::Approx(1e30 * std::sqrt(1000.0)).epsilon(1e-7));
}

TEST_CASE("optimizer: the moving average is the weighted sum of what it saw") {
  for_each_instruction_set([] {
    std::vector<double> average(19, 1.0);
    for (int k = 0; k < 3; ++k) update_average<double>(0.9, std::vector<double>(19, 2.0 + k), average);
    for (const double a : average)
      CHECK(a == doctest::Approx(0.729 + 0.1 * (0.81 * 2 + 0.9 * 3 + 4)).epsilon(1e-14));
  });
}

TEST_CASE("schedule: every member rises along a line, reaches 1 and stays above 0 and at most 1") {
  for_each_member<Schedule>([](auto member) {
    CAPTURE(member.name);
    for (const std::int64_t warmup : {0, 1, 10, 100, 1000}) {
      member.warmup = warmup;
      for (std::int64_t k = 0; k < 100; ++k) {
        const double factor = schedule_factor(member, k, 100);
        CHECK(factor > 0);
        CHECK(factor <= 1);
        if (k < warmup) CHECK(factor == doctest::Approx(double(k + 1) / double(warmup)));
        if (k == warmup) CHECK(factor == 1);
      }
    }
  });
}

TEST_CASE("schedule: constant stays, cosine passes a half in the middle and falls to 0") {
  CHECK(schedule_factor(ConstantRate{.warmup = 10}, 99, 100) == 1);
  CHECK(schedule_factor(CosineRate{.warmup = 10}, 60, 110) == doctest::Approx(0.5));
  CHECK(schedule_factor(CosineRate{.warmup = 10}, 35, 110) == doctest::Approx((1 + std::sqrt(0.5)) / 2));
  CHECK(schedule_factor(CosineRate{.warmup = 0}, 99999, 100000) < 1e-8);
}

TEST_CASE("optimizer: all_finite finds an infinity or NaN at any place of any length") {
  for_each_instruction_set([] {
    for (const std::size_t size : {0, 1, 15, 64, 127, 128, 300}) {
      std::vector<float> x(size, std::numeric_limits<float>::max());
      CHECK(all_finite<float>(x));
      for (float& xi : x)
        for (const float wrong : {INFINITY, -INFINITY, NAN}) {
          const float before = std::exchange(xi, wrong);
          CHECK_FALSE(all_finite<float>(x));
          xi = before;
        }
    }
  });
}
