//! One limiter for each token in the process.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::limiter::Limiter;
use super::quota::Quota;

/// Limiters by a hash of what they are for: the tokens themselves are kept nowhere but in clients.
#[derive(Default)]
struct Registry {
    limiters: HashMap<u64, Arc<Limiter>>,
    hasher: RandomState,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// RAII guard: a client takes part in its token's limiter.
pub(crate) struct Membership {
    limiter: Arc<Limiter>,
    quota: Quota,
}

impl Membership {
    /// Joins the limiter of all clients with this token and base URL. It outlives them for an hour: a
    /// program that makes a client for each lead is held to the limit, too.
    pub(crate) fn join(token: &str, base_url: &str, quota: Quota) -> Self {
        let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
        let Registry { limiters, hasher } = &mut *registry;
        // The base URL too: each emulator has the same token, and a limit of its own.
        let key = hasher.hash_one((token, base_url.trim_end_matches('/')));
        limiters.retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.at_rest());
        let limiter = limiters.entry(key).or_insert_with(|| Arc::new(Limiter::new()));
        limiter.join(quota);
        Self { limiter: Arc::clone(limiter), quota }
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.limiter.leave(self.quota);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rate::RateLimit;

    fn join(token: &str, base_url: &str, rate: RateLimit) -> Membership {
        Membership::join(token, base_url, rate.quota())
    }

    #[tokio::test]
    async fn the_limit_is_the_tokens_whatever_the_burst() {
        let first = join("registry-jane", "https://a", RateLimit::default());
        let same = |other: &Membership| Arc::ptr_eq(&first.limiter, &other.limiter);
        for rate in [
            RateLimit::default(),
            RateLimit::default().fail_fast(),
            RateLimit::default().burst(100),
            RateLimit::split_between(2),
        ] {
            assert!(same(&join("registry-jane", "https://a/", rate)));
        }
        assert!(!same(&join("registry-joe", "https://a", RateLimit::default())));
        assert!(!same(&join("registry-jane", "https://b", RateLimit::default())));
    }

    #[tokio::test]
    async fn a_client_made_for_each_lead_is_limited_all_the_same() {
        let turn = async || {
            let member = join("registry-again-and-again", "https://a", RateLimit::default());
            member.limiter().turn(Some(Duration::ZERO)).await
        };
        for _ in 0..10 {
            assert_eq!(turn().await, Ok(()));
        }
        assert!(turn().await.is_err());
    }
}
