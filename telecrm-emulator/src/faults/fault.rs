//! Faults: one table that defines the enum, its words, its JSON and its help text.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Error as _, MapAccess, Visitor, value::MapAccessDeserializer},
};
use telecrm_schema::{escaped, suggest};

/// The stage of a request that a fault changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The response.
    Response,
    /// The lead, after the request is queued.
    Processing,
}

/// Row of the table of faults.
struct Row {
    stage: Stage,
    /// The name, and the short form if there is one.
    spellings: &'static [&'static str],
    /// The form of the setting, with its colon; empty for a fault without one.
    setting: &'static str,
    /// The setting in a suggestion.
    example: &'static str,
    effect: &'static str,
}

/// Defines the faults.
///
/// A row consists of stage, variant with its setting, name, short form, form and example of the
/// setting, and effect.
macro_rules! faults {
    (
        $(#[$head:meta])*
        pub enum Fault;
        $(
            $(#[$note:meta])*
            $stage:ident $variant:ident $({ $(#[$doc:meta])* $field:ident: $type:ty })?
                = $name:literal $(| $short:literal)? $([$setting:literal, $example:literal])?,
                $effect:literal;
        )*
    ) => {
        $(#[$head])*
        $(#[doc = concat!("| `", $name, $($setting,)? "`" $(, ", `", $short, "`")?, " | ", $effect, " |")])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Fault {
            $(
                #[doc = concat!("`", $name, $($setting,)? "`: ", $effect, ".")]
                $(#[$note])*
                $variant $({ $(#[$doc])* $field: $type })?,
            )*
        }

        const ROWS: &[Row] = &[$(Row {
            stage: Stage::$stage,
            spellings: &[$name $(, $short)?],
            setting: concat!("" $(, $setting)?),
            example: concat!("" $(, $example)?),
            effect: $effect,
        }),*];

        impl Fault {
            /// Returns the name of the fault: its word without a setting.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }

            /// Whether the fault changes the queued lead, and not the response.
            pub(crate) fn concerns_processing(&self) -> bool {
                let stage = match self {
                    $(Self::$variant { .. } => Stage::$stage,)*
                };
                stage == Stage::Processing
            }

            fn new(name: &str, setting: Option<&str>) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant { $($field: Setting::parse(setting)?)? }),)*
                    _ => None,
                }
            }
        }

        /// Writes the word, which parses to the same fault.
        impl fmt::Display for Fault {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())?;
                match self {
                    $(Self::$variant { $($field)? } => { $($field.write(f)?;)? })*
                }
                Ok(())
            }
        }

        /// A fault as a JSON object, such as `{"latency":{"millis":250}}`.
        #[derive(Deserialize)]
        #[serde(remote = "Fault", deny_unknown_fields)]
        enum Object {
            $(
                #[serde(rename = $name $(, alias = $short)?)]
                $variant $({ $field: $type })?,
            )*
        }
    };
}

faults! {
    /// A failure that is injected into a request.
    ///
    /// A fault is one word everywhere: in Rust by [`FromStr`] and `Display`, at the command line,
    /// and in JSON as a string. JSON also accepts an object with the setting:
    /// `{"latency":{"millis":250}}`, `{"too_many_requests":{"retry_after":2}}`.
    ///
    /// `lose_lead`, `drop_field`, `lose_actions` and `apply_after` are visible only when the lead
    /// is read. They apply only to the Async API: a request to the Sync API leaves them in place
    /// for the next lead. The delivery lists their losses as D41.
    ///
    /// | word | effect |
    /// |---|---|
    pub enum Fault;

    Response Latency {
        /// Delay in milliseconds by the emulator's clock.
        millis: u64
    } = "latency"[":MILLIS", ":250"], "a late response; the request is processed after the wait";
    /// telecrm does not document whether it sends `Retry-After`, so both forms exist.
    Response TooManyRequests {
        /// Value of the `Retry-After` header in seconds; `None` omits the header.
        retry_after: Option<u32>
    } = "too_many_requests" | "429"["[:SECONDS]", ""], "429, not processed; SECONDS adds a `Retry-After` header";
    Response ServerError = "server_error" | "500", "500, not processed";
    Response CloseBeforeProcessing = "close_before_processing", "no response, and the request was not processed";
    Response CloseAfterProcessing = "close_after_processing", "no response, though the request was processed";
    Response HalfAnswer = "half_answer", "processed, and the response is cut off";
    Response RedirectToLogin = "redirect_to_login", "302 to a login page, not processed";
    /// Proxies and captive portals send such pages.
    Response LoginPage = "login_page", "200 with a login page in HTML, not processed";
    Response OkText = "ok_text", "200 with the text `OK`, processed";
    Response NoContent = "no_content", "204 without a body, processed";
    Response Accepted = "accepted", "200 with `{\"result\":\"Accepted\"}`, processed";
    Response ErrorString = "error_string", "200 with `{\"status\":\"error\",\"errorString\":…}`, not processed";
    Processing LoseLead = "lose_lead", "queued, and nothing is stored";
    Processing DropField {
        /// The field's API name, which is case-sensitive.
        name: String
    } = "drop_field"[":API_NAME", ":name"], "queued, and stored without this field";
    Processing LoseActions = "lose_actions", "queued, and stored without its actions";
    Processing ApplyAfter {
        /// Delay in milliseconds by the emulator's clock.
        millis: u64
    } = "apply_after"[":MILLIS", ":1000"], "queued, and stored after this delay";
}

/// The setting of a fault: the part of its word after the colon.
trait Setting: Sized {
    fn parse(text: Option<&str>) -> Option<Self>;
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl Setting for u64 {
    fn parse(text: Option<&str>) -> Option<Self> {
        number(text?)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{self}")
    }
}

impl Setting for Option<u32> {
    fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(None),
            Some(text) => number(text).map(Some),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map_or(Ok(()), |number| write!(f, ":{number}"))
    }
}

impl Setting for String {
    fn parse(text: Option<&str>) -> Option<Self> {
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{self}")
    }
}

/// Parses a number that consists only of digits, without a sign.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn split(word: &str) -> (&str, Option<&str>) {
    match word.split_once(':') {
        Some((name, setting)) => (name, Some(setting)),
        None => (word, None),
    }
}

impl Row {
    fn of(name: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.spellings.contains(&name))
    }

    /// Returns the words with the form of their setting: `too_many_requests[:SECONDS], 429[:SECONDS]`.
    fn words(&self) -> String {
        let words = self.spellings.iter().map(|name| format!("{name}{}", self.setting));
        words.collect::<Vec<_>>().join(", ")
    }

    fn parse(&self, setting: Option<&str>) -> Option<Fault> {
        if setting.is_some() && self.setting.is_empty() {
            return None;
        }
        Fault::new(self.spellings[0], setting)
    }
}

/// Parses the [name](Fault::name) and, after a colon, the setting: `server_error`,
/// `latency:250`, `too_many_requests:2`, `drop_field:budget`.
///
/// The name may contain `-` instead of `_`. `429` and `500` are short forms.
///
/// ```
/// use telecrm_emulator::Fault;
///
/// assert_eq!("429:2".parse(), Ok(Fault::TooManyRequests { retry_after: Some(2) }));
/// assert_eq!("half-answer".parse(), Ok(Fault::HalfAnswer));
/// let error = "loose_lead".parse::<Fault>().unwrap_err();
/// assert_eq!(error.suggestion(), Some("lose_lead"));
/// ```
impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (name, setting) = split(text);
        let fault = Row::of(&name.replace('-', "_")).and_then(|row| row.parse(setting));
        fault.ok_or_else(|| InvalidFault::new(text))
    }
}

impl Fault {
    /// Parses a step of a script: the word of a fault, or `ok` for a request without a fault.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is neither of the two.
    pub fn parse_step(text: &str) -> Result<Option<Self>, InvalidFault> {
        if text == "ok" { Ok(None) } else { text.parse().map(Some) }
    }

    /// Returns a help text for a command line: one line with word and effect for each fault.
    #[must_use]
    pub fn help() -> String {
        let list = |stage| {
            let mut lines = String::new();
            for row in ROWS.iter().filter(|row| row.stage == stage) {
                let words = format!("{}{}", row.spellings.join(", "), row.setting);
                // Writing to a string cannot fail.
                let _ = writeln!(lines, "  {words:<32} {}", row.effect);
            }
            lines
        };
        format!(
            "Faults, as in `PUT /emulator/faults`:\n{}Faults that are visible only when the lead is read:\n{}",
            list(Stage::Response),
            list(Stage::Processing)
        )
    }
}

/// A text that is not the word of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFault {
    text: String,
    suggestion: Option<String>,
}

impl InvalidFault {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), suggestion: suggestion(text) }
    }

    /// Returns the valid word that is most similar to the text.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.text.chars().take(80).collect();
        write!(f, "unknown fault `{}`", escaped(&start))?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{}`?", escaped(suggestion))?;
        }
        f.write_str(" (faults: ")?;
        for (index, row) in ROWS.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            f.write_str(&row.words())?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for InvalidFault {}

/// Returns the most similar valid word, with the given setting if it is valid.
fn suggestion(text: &str) -> Option<String> {
    let (name, setting) = split(text);
    let plain = name.replace('-', "_").to_ascii_lowercase();
    let spellings = || ROWS.iter().flat_map(|row| row.spellings).copied();
    let name = spellings().find(|name| *name == plain);
    let name = name.or_else(|| suggest::nearest(&plain, spellings()))?;
    let row = Row::of(name)?;
    let with_setting = setting.map(|setting| format!("{name}:{setting}"));
    let candidates =
        with_setting.into_iter().chain([name.to_owned(), format!("{name}{}", row.example)]);
    candidates.into_iter().find(|word| row.parse(split(word).1).is_some())
}

/// Serializes the word.
impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Step(step) = Step::deserialize(deserializer)?;
        step.ok_or_else(|| {
            D::Error::custom("expected a fault; `ok` and null are only valid in a script")
        })
    }
}

/// A step of a script: `None` for `null` and `"ok"`.
pub(super) struct Step(pub(super) Option<Fault>);

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault, such as \"server_error\" or {\"latency\":{\"millis\":250}}")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Step, E> {
        Ok(Step(None))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Step, E> {
        Fault::parse_step(text).map(Step).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Step, A::Error> {
        let fault = Object::deserialize(MapAccessDeserializer::new(map))?;
        // The parser also checks the setting: the name of a field must not be empty.
        fault.to_string().parse().map(|fault| Step(Some(fault))).map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One fault of each variant.
    fn every_fault() -> Vec<Fault> {
        let words = ROWS.iter().map(|row| format!("{}{}", row.spellings[0], row.example));
        words.map(|word| word.parse().expect("the word of a row")).collect()
    }

    #[test]
    fn displayed_word_parses_to_the_same_fault() {
        for fault in every_fault() {
            assert_eq!(fault.to_string().parse(), Ok(fault.clone()));
            assert_eq!(
                fault
                    .to_string()
                    .replacen('_', "-", 9)
                    .parse::<Fault>()
                    .ok()
                    .map(|parsed| parsed.name()),
                Some(fault.name())
            );
        }
        let names: Vec<&str> = every_fault().iter().map(Fault::name).collect();
        let rows: Vec<&str> = ROWS.iter().map(|row| row.spellings[0]).collect();
        assert_eq!(names, rows);
        assert_eq!("429:3".parse(), Ok(Fault::TooManyRequests { retry_after: Some(3) }));
        assert_eq!("drop_field:a:b-c".parse(), Ok(Fault::DropField { name: "a:b-c".to_owned() }));
    }

    #[test]
    fn missing_or_unexpected_setting_is_an_error_that_lists_the_faults() {
        for text in [
            "",
            "latency",
            "latency:",
            "latency:-1",
            "latency:+1",
            "429:x",
            "429:99999999999",
            "server_error:1",
            "drop_field",
            "drop_field:",
            "apply_after",
            "lose_lead:1",
            "502",
            ":",
            "ok",
            "OK_TEXT:1",
        ] {
            let error = text.parse::<Fault>().expect_err(text);
            assert!(error.to_string().contains("latency:MILLIS, too_many"), "{error}");
            if let Some(suggestion) = error.suggestion() {
                assert!(suggestion.parse::<Fault>().is_ok(), "{text}: {suggestion}");
            }
        }
    }

    #[test]
    fn similar_word_is_suggested_with_its_setting() {
        for (wrong, right) in [
            ("lose-leads", "lose_lead"),
            ("too_many_request:2", "too_many_requests:2"),
            ("latncy:5", "latency:5"),
            ("latency", "latency:250"),
            ("latency:soon", "latency:250"),
            ("dropfield:Budget", "drop_field:Budget"),
            ("Server_Error", "server_error"),
            ("server_error:1", "server_error"),
            ("502", "500"),
        ] {
            let error = wrong.parse::<Fault>().expect_err(wrong);
            assert_eq!(error.suggestion(), Some(right), "{wrong}");
            assert!(error.to_string().contains(&format!("did you mean `{right}`?")), "{error}");
        }
        assert_eq!("something else".parse::<Fault>().expect_err("unknown").suggestion(), None);
    }

    #[test]
    fn object_forms_are_accepted() {
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
}
