//! Injected faults, and the schedule by which they are injected.

mod fault;
pub(crate) mod loss;
mod plan;
mod rate;

use std::collections::VecDeque;

use serde::{Deserialize, Deserializer, Serialize};

use self::fault::Step;
pub(crate) use self::plan::{Api, Injected, Plan};
pub use self::{
    fault::{Fault, InvalidFault},
    rate::{FaultRate, InvalidRate},
};

/// Schedule of faults: a script for the next requests, then rates.
///
/// ```
/// use telecrm_emulator::{Fault, Faults};
///
/// // The first request fails, the second succeeds, the third gets half a response.
/// let script = Faults::script([Some(Fault::ServerError), None, Some(Fault::HalfAnswer)]);
/// // 10 % of the requests get a 429, always the same requests for this seed.
/// let rates = Faults::none().seed(7).rate(0.1, Fault::TooManyRequests { retry_after: Some(1) });
/// # assert_ne!(script, rates);
/// ```
///
/// `PUT /emulator/faults` accepts the same as JSON. Every key is optional:
///
/// ```json
/// {
///   "script": ["server_error", "ok", "drop_field:budget", { "latency": { "millis": 250 } }],
///   "rates": [{ "rate": 0.1, "fault": "too_many_requests:1" }],
///   "seed": 7
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Faults {
    /// Faults of the next requests, one for each request.
    ///
    /// `None` (`null` or `"ok"` in JSON) is a request without a fault. Rates do not apply until
    /// the script is empty.
    #[serde(default, deserialize_with = "script_steps")]
    pub script: VecDeque<Option<Fault>>,
    /// Faults with a rate. For each request, every rate is evaluated in this order.
    ///
    /// Latencies add up, and every processing fault applies. If several faults change the
    /// response, the first of them applies.
    #[serde(default)]
    pub rates: Vec<FaultRate>,
    /// Seed of the rates. The same seed and requests result in the same faults.
    #[serde(default)]
    pub seed: u64,
}

fn script_steps<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<VecDeque<Option<Fault>>, D::Error> {
    let steps = Vec::<Step>::deserialize(deserializer)?;
    Ok(steps.into_iter().map(|Step(step)| step).collect())
}

impl Faults {
    /// Returns a schedule without faults.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns a script for the next requests. `None` is a request without a fault.
    #[must_use]
    pub fn script(script: impl IntoIterator<Item = Option<Fault>>) -> Self {
        Self { script: script.into_iter().collect(), ..Self::default() }
    }

    /// Returns a script that injects this fault into the next request only.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self::script([Some(fault)])
    }

    /// Adds a fault with a rate from 0 (never) to 1 (always).
    ///
    /// # Panics
    ///
    /// Panics if `rate` is outside 0 to 1. For rates that are known only at run time, push a
    /// [`FaultRate`] to [`rates`](Self::rates): [`FaultRate::new`] returns an error instead.
    #[must_use]
    #[track_caller]
    pub fn rate(mut self, rate: f64, fault: Fault) -> Self {
        match FaultRate::new(rate, fault) {
            Ok(rate) => self.rates.push(rate),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Sets the seed of the rates.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_json_form_parses() {
        let text = r#"{"script":["server_error","ok",null,"drop_field:budget",{"latency":{"millis":250}}],"rates":[{"rate":0.1,"fault":{"too_many_requests":{"retry_after":1}}},{"rate":1,"fault":"lose_lead"}],"seed":7}"#;
        let faults: Faults = serde_json::from_str(text).expect("the documented form");
        let expected = Faults::script([
            Some(Fault::ServerError),
            None,
            None,
            Some(Fault::DropField { name: "budget".to_owned() }),
            Some(Fault::Latency { millis: 250 }),
        ]);
        let expected = expected
            .seed(7)
            .rate(0.1, Fault::TooManyRequests { retry_after: Some(1) })
            .rate(1.0, Fault::LoseLead);
        assert_eq!(faults, expected);
        let again = serde_json::to_string(&faults).expect("plain data");
        assert_eq!(serde_json::from_str::<Faults>(&again).expect("its own form"), faults);
    }

    #[test]
    fn invalid_schedule_is_an_error() {
        for text in [
            r#"{"scripts":[]}"#,
            r#"{"script":["no_such_fault"]}"#,
            r#"{"script":[{"latency":{"milis":5}}]}"#,
            r#"{"script":[{}]}"#,
            r#"{"script":[5]}"#,
            r#"{"rates":[{"rate":0.5,"fault":"ok"}]}"#,
            r#"{"rates":[{"rate":1.5,"fault":"lose_lead"}]}"#,
            r#"{"rates":[{"rate":-0.1,"fault":"lose_lead"}]}"#,
            r#"{"rates":[{"rate":0.5}]}"#,
        ] {
            assert!(serde_json::from_str::<Faults>(text).is_err(), "{text}");
        }
    }
}
