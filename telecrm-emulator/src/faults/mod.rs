//! Faults on purpose: which exist, and when they are injected.

mod plan;
mod rate;
mod word;

use std::collections::VecDeque;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value};

pub(crate) use self::plan::{Api, Injected, Plan};
pub use self::{
    rate::{FaultRate, InvalidRate},
    word::InvalidFault,
};

/// One thing that goes wrong with a request.
///
/// A fault is one word everywhere: in Rust by [`FromStr`](std::str::FromStr) and `Display`, at the
/// command line, and in JSON as a string. JSON also accepts an object with the settings:
/// `{"latency":{"millis":250}}`, `{"too_many_requests":{"retry_after":2}}`.
///
/// | word | the sender sees | the emulator does |
/// |---|---|---|
/// | `latency:<ms>` | a late response | processes the request after the wait |
/// | `too_many_requests`, `too_many_requests:<s>`, `429` | 429, with `Retry-After` where seconds are given | nothing |
/// | `server_error`, `500` | 500 | nothing |
/// | `close_before_processing` | a closed connection | nothing |
/// | `close_after_processing` | a closed connection | processes the request |
/// | `half_answer` | half of the response | processes the request |
/// | `redirect_to_login` | 302 to a login page | nothing |
/// | `login_page` | 200 with HTML | nothing |
/// | `ok_text` | 200 `OK` | processes the request |
/// | `no_content` | 204 | processes the request |
/// | `accepted` | 200 `{"result":"Accepted"}` | processes the request |
/// | `error_string` | 200 `{"status":"error","errorString":…}` | nothing |
/// | `lose_lead` | `QUEUED` | stores nothing |
/// | `drop_field:<API name>` | `QUEUED` | stores the lead without this field |
/// | `lose_actions` | `QUEUED` | stores the lead without its actions |
/// | `apply_after:<ms>` | `QUEUED` | stores the lead so much later |
///
/// Only reading reveals the last four, and they concern the Async API alone: requests to the Sync
/// API leave them for the next lead. Their losses are listed as D41 in the delivery's drops.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The response takes this many milliseconds longer, by the emulator's clock. The request is
    /// processed after them.
    Latency {
        /// How long.
        millis: u64,
    },
    /// 429, not processed. telecrm does not document whether it sends `Retry-After`, so both exist.
    TooManyRequests {
        /// Seconds for the header `Retry-After`; without them there is no such header.
        retry_after: Option<u32>,
    },
    /// 500, not processed.
    ServerError,
    /// The connection is closed without a response; the request was not processed.
    CloseBeforeProcessing,
    /// The connection is closed without a response, though the request was processed.
    CloseAfterProcessing,
    /// The request is processed, and the connection is closed in the middle of the response.
    HalfAnswer,
    /// 302 to a login page; not processed.
    RedirectToLogin,
    /// 200 with a login page in HTML, as proxies and captive portals send; not processed.
    LoginPage,
    /// 200 with the text `OK`; processed.
    OkText,
    /// 204 without a body; processed.
    NoContent,
    /// 200 with `{"result":"Accepted"}`; processed.
    Accepted,
    /// 200 with `{"status":"error","errorString":…}`; not processed.
    ErrorString,
    /// Queued, and then the whole lead is lost.
    LoseLead,
    /// Queued, and then one field of the lead is lost.
    DropField {
        /// The field's API name, which is case-sensitive.
        name: String,
    },
    /// Queued, and then the actions are lost.
    LoseActions,
    /// Queued, and applied this many milliseconds later, by the emulator's clock.
    ApplyAfter {
        /// How long.
        millis: u64,
    },
}

impl Fault {
    /// The fault's name: its word without a setting.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Latency { .. } => "latency",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::ServerError => "server_error",
            Self::CloseBeforeProcessing => "close_before_processing",
            Self::CloseAfterProcessing => "close_after_processing",
            Self::HalfAnswer => "half_answer",
            Self::RedirectToLogin => "redirect_to_login",
            Self::LoginPage => "login_page",
            Self::OkText => "ok_text",
            Self::NoContent => "no_content",
            Self::Accepted => "accepted",
            Self::ErrorString => "error_string",
            Self::LoseLead => "lose_lead",
            Self::DropField { .. } => "drop_field",
            Self::LoseActions => "lose_actions",
            Self::ApplyAfter { .. } => "apply_after",
        }
    }

    /// Whether it changes what becomes of a queued lead, and not the response.
    pub(crate) const fn concerns_processing(&self) -> bool {
        matches!(
            self,
            Self::LoseLead | Self::DropField { .. } | Self::LoseActions | Self::ApplyAfter { .. }
        )
    }
}

/// As its word.
impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FaultVisitor)
    }
}

struct FaultVisitor;

impl<'de> Visitor<'de> for FaultVisitor {
    type Value = Fault;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a fault, such as \"server_error\" or {\"latency\":{\"millis\":250}}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Fault, E> {
        text.parse().map_err(E::custom)
    }

    /// The object form says the same as the word: `{"latency":{"millis":250}}` is `latency:250`.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fault, A::Error> {
        let form = || A::Error::invalid_type(de::Unexpected::Map, &self);
        let entry = map.next_entry::<String, Option<Map<String, Value>>>()?;
        let (name, settings) = entry.ok_or_else(form)?;
        if map.next_key::<IgnoredAny>()?.is_some() {
            return Err(A::Error::custom("an object holds one fault"));
        }
        let mut word = name.clone();
        for (key, value) in settings.unwrap_or_default() {
            match (name.as_str(), key.as_str(), value) {
                ("too_many_requests", "retry_after", Value::Null) => {}
                ("latency" | "apply_after", "millis", Value::Number(number))
                | ("too_many_requests", "retry_after", Value::Number(number)) => {
                    word = format!("{name}:{number}");
                }
                ("drop_field", "name", Value::String(field)) => word = format!("{name}:{field}"),
                _ => {
                    let key = telecrm_schema::quoted(&key);
                    return Err(A::Error::custom(format!("{key} does not fit this fault")));
                }
            }
        }
        word.parse().map_err(A::Error::custom)
    }
}

/// Schedule of faults: a script for the next requests, then rates.
///
/// ```
/// use telecrm_emulator::{Fault, Faults};
///
/// // The next request fails, the one after it succeeds, the third gets half a response.
/// let script = Faults::script([Some(Fault::ServerError), None, Some(Fault::HalfAnswer)]);
/// // One request of ten meets a 429, the same ones in every run.
/// let rates = Faults::none().seed(7).rate(0.1, Fault::TooManyRequests { retry_after: Some(1) });
/// # assert_ne!(script, rates);
/// ```
///
/// In JSON, as `PUT /emulator/faults` takes it, every key optional:
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
    /// Faults of the next requests, one each; `None` (`null` or `"ok"` in JSON) lets one through.
    /// While there is a script, no rate applies.
    #[serde(default, deserialize_with = "script_steps")]
    pub script: VecDeque<Option<Fault>>,
    /// Rates, each tried for every request in this order. Latencies add up, and every fault of
    /// processing applies; of the faults that change the response the first one counts.
    #[serde(default)]
    pub rates: Vec<FaultRate>,
    /// The seed of the rates: the same seed and requests give the same faults.
    #[serde(default)]
    pub seed: u64,
}

fn script_steps<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<VecDeque<Option<Fault>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Step(#[serde(deserialize_with = "script_step")] Option<Fault>);

    let steps = Vec::<Step>::deserialize(deserializer)?;
    Ok(steps.into_iter().map(|Step(step)| step).collect())
}

fn script_step<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Fault>, D::Error> {
    struct StepVisitor;

    impl<'de> Visitor<'de> for StepVisitor {
        type Value = Option<Fault>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            FaultVisitor.expecting(f)?;
            f.write_str(", or null")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Fault::parse_step(text).map_err(E::custom)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            FaultVisitor.visit_map(map).map(Some)
        }
    }

    deserializer.deserialize_any(StepVisitor)
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

    /// The next request meets this fault, and later ones meet none.
    #[must_use]
    pub fn once(fault: Fault) -> Self {
        Self::script([Some(fault)])
    }

    /// Adds a fault with a rate from 0 (never) to 1 (always).
    ///
    /// # Panics
    ///
    /// When `rate` is outside 0 to 1. [`FaultRate::new`] returns an error instead, for rates that
    /// are known only at run time; push its result to [`rates`](Self::rates).
    #[must_use]
    #[track_caller]
    pub fn rate(mut self, rate: f64, fault: Fault) -> Self {
        match FaultRate::new(rate, fault) {
            Ok(rate) => self.rates.push(rate),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// Seeds the rates.
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
    fn the_json_form_is_as_documented() {
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
    fn object_forms_stay_accepted() {
        for (object, word) in [
            (r#"{"latency":{"millis":250}}"#, "latency:250"),
            (r#"{"too_many_requests":{"retry_after":2}}"#, "429:2"),
            (r#"{"too_many_requests":{"retry_after":null}}"#, "429"),
            (r#"{"too_many_requests":{}}"#, "429"),
            (r#"{"drop_field":{"name":"Deal: size"}}"#, "drop_field:Deal: size"),
            (r#"{"apply_after":{"millis":5}}"#, "apply_after:5"),
            (r#"{"server_error":null}"#, "500"),
        ] {
            let fault: Fault = serde_json::from_str(object).expect(object);
            assert_eq!(Ok(&fault), word.parse().as_ref(), "{object}");
        }
    }

    #[test]
    fn what_is_not_a_schedule_is_refused() {
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
