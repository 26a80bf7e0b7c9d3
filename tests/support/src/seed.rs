//! Seed of random values in tests.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Seed of a run. It is the same in each run of the suite, so that only a change can make a test fail.
///
/// With `TELECRM_SEED=new` each run has another seed, as in `.ci/full`: a fixed seed finds only known
/// failures. The seed is printed, and `TELECRM_SEED=<number>` replays it.
#[derive(Clone, Copy, Debug)]
pub struct Seed(u64);

impl Seed {
    /// The seed of the environment. It is printed unless it is the default.
    ///
    /// # Panics
    ///
    /// Panics if `TELECRM_SEED` is neither `new` nor a number.
    #[must_use]
    pub fn from_env() -> Self {
        let seed = match std::env::var("TELECRM_SEED").as_deref() {
            Err(_) | Ok("") => return Self(0),
            Ok("new") => RandomState::new().build_hasher().finish(),
            Ok(number) => number.parse().expect("TELECRM_SEED is `new` or a number"),
        };
        println!("TELECRM_SEED={seed} replays this run");
        Self(seed)
    }

    /// The number, for a test's own generators.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// A proptest runner that makes the same values for the same seed.
    #[must_use]
    pub fn runner(self) -> TestRunner {
        let mut bytes = [0; 32];
        for (index, chunk) in bytes.chunks_exact_mut(8).enumerate() {
            chunk.copy_from_slice(&self.0.wrapping_add(index as u64).to_le_bytes());
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        TestRunner::new_with_rng(Config::default(), rng)
    }
}

/// Settings of random tests: `PROPTEST_CASES` values, as in `.ci/full`, otherwise `usual`.
#[must_use]
pub fn random_cases(usual: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(usual);
    Config { cases, failure_persistence: None, ..Config::default() }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy as _, ValueTree as _};

    use super::Seed;
    use crate::random_workspace::workspace;

    #[test]
    fn seed_reproduces_workspaces_and_another_seed_does_not() {
        let of = |seed: u64| {
            let tree = workspace().new_tree(&mut Seed(seed).runner());
            tree.expect("a workspace can always be generated").current()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
