//! What goes wrong on purpose: which faults there are, and when they strike.

mod word;

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

pub use word::InvalidFault;

/// One thing that goes wrong with a request to either API.
///
/// In JSON a word (`"server_error"`), or an object with the word and its settings
/// (`{"latency":{"millis":250}}`, `{"too_many_requests":{"retry_after":2}}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The answer takes this many milliseconds longer, by the emulator's clock. The request is
    /// processed after them.
    Latency {
        /// How long.
        millis: u64,
    },
    /// 429, not processed. telecrm does not say whether it sends `Retry-After`, so both exist.
    TooManyRequests {
        /// Seconds for the header `Retry-After`; without them there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// 500, not processed.
    ServerError,
    /// The connection is closed without an answer; the request was not processed.
    CloseBeforeProcessing,
    /// The connection is closed without an answer, and the request was processed all the same.
    CloseAfterProcessing,
    /// The request is processed, and the connection is closed in the middle of the answer.
    HalfAnswer,
    /// 302 to a login page; not processed.
    RedirectToLogin,
    /// 200 with a login page in HTML, as proxies and captive portals answer; not processed.
    LoginPage,
}

impl Fault {
    /// The word by which JSON names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::ServerError => "server_error",
            Self::CloseBeforeProcessing => "close_before_processing",
            Self::CloseAfterProcessing => "close_after_processing",
            Self::HalfAnswer => "half_answer",
            Self::RedirectToLogin => "redirect_to_login",
            Self::LoginPage => "login_page",
        }
    }
}

/// When which [`Fault`] strikes: a script for the next requests, then chances.
///
/// ```
/// use telecrm_emulator::{Fault, Faults};
///
/// // The next request fails, the one after it is answered, the third is answered in half.
/// let script = Faults::script([Some(Fault::ServerError), None, Some(Fault::HalfAnswer)]);
/// // One request of ten meets a 429, the same ones in every run.
/// let chances = Faults::none().seed(7).rate(0.1, Fault::TooManyRequests { retry_after: Some(1) });
/// # assert_ne!(script, chances);
/// ```
///
/// In JSON, as `PUT /emulator/faults` takes it, every key optional:
///
/// ```json
/// {
///   "script": ["server_error", null, { "latency": { "millis": 250 } }],
///   "rates": [{ "rate": 0.1, "fault": { "too_many_requests": { "retry_after": 1 } } }],
///   "seed": 7
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Faults {
    /// What the next requests meet, one each; `None` (`null`) lets one through. While there is a
    /// script, no chance strikes.
    #[serde(default)]
    pub script: VecDeque<Option<Fault>>,
    /// Chances, each rolled for every request in this order. Latencies add up; of the others the
    /// first that strikes counts.
    #[serde(default)]
    pub rates: Vec<Rate>,
    /// The seed of the chances: the same seed and requests give the same faults.
    #[serde(default)]
    pub seed: u64,
}

/// A chance of [`Faults`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rate {
    /// From 0 (never) to 1 (always).
    pub rate: f64,
    /// What strikes.
    pub fault: Fault,
}

impl Faults {
    /// No fault at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The next requests meet these, one each; `None` lets one through.
    #[must_use]
    pub fn script(script: impl IntoIterator<Item = Option<Fault>>) -> Self {
        Self { script: script.into_iter().collect(), ..Self::default() }
    }

    /// The next request meets this, and no other.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self::script([Some(fault)])
    }

    /// Adds a chance from 0 (never) to 1 (always).
    #[must_use]
    pub fn rate(mut self, rate: f64, fault: Fault) -> Self {
        self.rates.push(Rate { rate, fault });
        self
    }

    /// Seeds the chances.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// What one request meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) latency: Duration,
    /// Anything but a latency.
    pub(crate) fault: Option<Fault>,
}

/// Faults in use, with the state of their chances.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    faults: Faults,
    random: u64,
}

impl Plan {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { random: faults.seed, faults }
    }

    pub(crate) fn next(&mut self) -> Met {
        let mut met = Met::default();
        if let Some(step) = self.faults.script.pop_front() {
            if let Some(fault) = step {
                met.add(fault);
            }
            return met;
        }
        let random = &mut self.random;
        for Rate { rate, fault } in &self.faults.rates {
            // Every chance is rolled, so that one that strikes does not shift the others.
            if roll(random) < *rate {
                met.add(*fault);
            }
        }
        met
    }
}

impl Met {
    fn add(&mut self, fault: Fault) {
        if let Fault::Latency { millis } = fault {
            self.latency = self.latency.saturating_add(Duration::from_millis(millis));
        } else {
            self.fault.get_or_insert(fault);
        }
    }
}

/// The next number from 0 to below 1 (`SplitMix64`: small, and good enough to roll dice with).
fn roll(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let top = u32::try_from(z >> 32).unwrap_or(u32::MAX);
    f64::from(top) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_comes_first_and_once() {
        let slow = Fault::Latency { millis: 5 };
        let faults = Faults::script([Some(Fault::ServerError), None, Some(slow)]);
        let mut plan = Plan::new(faults.rate(1.0, Fault::LoginPage));
        assert_eq!(plan.next().fault, Some(Fault::ServerError));
        assert_eq!(plan.next(), Met::default());
        assert_eq!(plan.next(), Met { latency: Duration::from_millis(5), fault: None });
        assert_eq!(plan.next().fault, Some(Fault::LoginPage));
    }

    #[test]
    fn a_rate_strikes_as_often_as_it_says_and_the_same_with_the_same_seed() {
        let strikes = |seed| {
            let mut plan = Plan::new(Faults::none().seed(seed).rate(0.25, Fault::ServerError));
            (0..4000).map(|_| plan.next().fault.is_some()).collect::<Vec<_>>()
        };
        let count = strikes(1).iter().filter(|struck| **struck).count();
        assert!((900..1100).contains(&count), "{count}");
        assert_eq!(strikes(1), strikes(1));
        assert_ne!(strikes(1), strikes(2));
    }

    #[test]
    fn never_and_always_mean_it() {
        let mut plan = Plan::new(
            Faults::none()
                .rate(0.0, Fault::LoginPage)
                .rate(1.0, Fault::Latency { millis: 1 })
                .rate(1.0, Fault::HalfAnswer)
                .rate(1.0, Fault::Latency { millis: 2 }),
        );
        let met = Met { latency: Duration::from_millis(3), fault: Some(Fault::HalfAnswer) };
        assert!((0..100).all(|_| plan.next() == met));
    }

    #[test]
    fn the_json_form_is_as_documented() {
        let text = r#"{"script":["server_error",null,{"latency":{"millis":250}}],"rates":[{"rate":0.1,"fault":{"too_many_requests":{"retry_after":1}}}],"seed":7}"#;
        let faults: Faults = serde_json::from_str(text).expect("the documented form");
        assert_eq!(serde_json::to_string(&faults).expect("plain data"), text);
        let short: Faults =
            serde_json::from_str(r#"{"script":[{"too_many_requests":{}}]}"#).expect("short form");
        assert_eq!(short, Faults::once(Fault::TooManyRequests { retry_after: None }));
        assert!(serde_json::from_str::<Faults>(r#"{"scripts":[]}"#).is_err());
        for fault in [
            Fault::ServerError,
            Fault::CloseBeforeProcessing,
            Fault::CloseAfterProcessing,
            Fault::HalfAnswer,
            Fault::RedirectToLogin,
            Fault::LoginPage,
        ] {
            let word = format!("{:?}", fault.name());
            assert_eq!(serde_json::to_string(&fault).expect("plain data"), word);
        }
    }
}
