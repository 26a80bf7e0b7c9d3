//! A fault as one word: its name, and its setting after a colon.

use std::{fmt, str::FromStr};

use telecrm_schema::{escaped, suggest};

use super::Fault;

/// Names and short forms, each with its setting and an example of the whole word.
const WORDS: [(&str, Setting, &str); 18] = [
    ("latency", Setting::Needed("MILLIS"), "latency:250"),
    ("too_many_requests", Setting::Optional("SECONDS"), "too_many_requests"),
    ("429", Setting::Optional("SECONDS"), "429"),
    ("server_error", Setting::None, "server_error"),
    ("500", Setting::None, "500"),
    ("close_before_processing", Setting::None, "close_before_processing"),
    ("close_after_processing", Setting::None, "close_after_processing"),
    ("half_answer", Setting::None, "half_answer"),
    ("redirect_to_login", Setting::None, "redirect_to_login"),
    ("login_page", Setting::None, "login_page"),
    ("ok_text", Setting::None, "ok_text"),
    ("no_content", Setting::None, "no_content"),
    ("accepted", Setting::None, "accepted"),
    ("error_string", Setting::None, "error_string"),
    ("lose_lead", Setting::None, "lose_lead"),
    ("drop_field", Setting::Needed("API_NAME"), "drop_field:name"),
    ("lose_actions", Setting::None, "lose_actions"),
    ("apply_after", Setting::Needed("MILLIS"), "apply_after:1000"),
];

/// What stands after the colon of a word.
#[derive(Clone, Copy)]
enum Setting {
    None,
    Optional(&'static str),
    Needed(&'static str),
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

    /// The word that was probably meant; it is the word of a fault.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short: String = self.text.chars().take(80).collect();
        write!(f, "unknown fault `{}`", escaped(&short))?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{}`?", escaped(suggestion))?;
        }
        f.write_str(" (faults:")?;
        for (index, (name, setting, _)) in WORDS.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { ", " })?;
            match setting {
                Setting::None => f.write_str(name)?,
                Setting::Optional(setting) => write!(f, "{name}[:{setting}]")?,
                Setting::Needed(setting) => write!(f, "{name}:{setting}")?,
            }
        }
        f.write_str(")")
    }
}

impl std::error::Error for InvalidFault {}

/// The nearest word that parses, with the setting that was given where it fits.
fn suggestion(text: &str) -> Option<String> {
    let (name, setting) = split(text);
    let plain = plain(name);
    let near = suggest::nearest(&plain, WORDS.iter().map(|(name, ..)| *name));
    let known = WORDS.iter().find(|(name, ..)| *name == plain || Some(*name) == near)?;
    let with_setting = setting.map(|setting| format!("{}:{setting}", known.0));
    let candidates = with_setting.into_iter().chain([known.0.to_owned(), known.2.to_owned()]);
    candidates.into_iter().find(|word| parse(word).is_some())
}

fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((name, setting)) => (name, Some(setting)),
        None => (text, None),
    }
}

fn plain(name: &str) -> String {
    name.replace('-', "_").to_ascii_lowercase()
}

fn parse(text: &str) -> Option<Fault> {
    let (name, setting) = split(text);
    let fault = match (name.replace('-', "_").as_str(), setting) {
        ("latency", Some(millis)) => Fault::Latency { millis: number(millis)? },
        ("too_many_requests" | "429", None) => Fault::TooManyRequests { retry_after: None },
        ("too_many_requests" | "429", Some(seconds)) => {
            Fault::TooManyRequests { retry_after: Some(number(seconds)?) }
        }
        ("server_error" | "500", None) => Fault::ServerError,
        ("close_before_processing", None) => Fault::CloseBeforeProcessing,
        ("close_after_processing", None) => Fault::CloseAfterProcessing,
        ("half_answer", None) => Fault::HalfAnswer,
        ("redirect_to_login", None) => Fault::RedirectToLogin,
        ("login_page", None) => Fault::LoginPage,
        ("ok_text", None) => Fault::OkText,
        ("no_content", None) => Fault::NoContent,
        ("accepted", None) => Fault::Accepted,
        ("error_string", None) => Fault::ErrorString,
        ("lose_lead", None) => Fault::LoseLead,
        ("drop_field", Some(name)) if !name.is_empty() => {
            Fault::DropField { name: name.to_owned() }
        }
        ("lose_actions", None) => Fault::LoseActions,
        ("apply_after", Some(millis)) => Fault::ApplyAfter { millis: number(millis)? },
        _ => return None,
    };
    Some(fault)
}

/// Digits alone: `+5` is not a setting.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// By its [name](Fault::name), with `-` for `_` if you like, and its setting after a colon:
/// `server_error`, `latency:250`, `too_many_requests:2`, `drop_field:budget`. `429` and `500` are
/// short forms.
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
        parse(text).ok_or_else(|| InvalidFault::new(text))
    }
}

impl Fault {
    /// A step of a script: a fault's word, or `ok` for a request that meets none.
    ///
    /// # Errors
    ///
    /// When the text is neither.
    pub fn parse_step(text: &str) -> Result<Option<Self>, InvalidFault> {
        if text == "ok" { Ok(None) } else { text.parse().map(Some) }
    }
}

/// The word, which parses to the same fault.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Latency { millis } | Self::ApplyAfter { millis } => write!(f, ":{millis}"),
            Self::TooManyRequests { retry_after: Some(seconds) } => write!(f, ":{seconds}"),
            Self::DropField { name } => write!(f, ":{name}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each variant.
    fn every_fault() -> Vec<Fault> {
        let faults: Vec<Fault> =
            WORDS.iter().map(|(_, _, example)| example.parse().expect(example)).collect();
        faults
    }

    #[test]
    fn every_word_parses_and_is_displayed_as_a_word_that_parses_to_the_same() {
        for fault in every_fault() {
            assert_eq!(fault.to_string().parse(), Ok(fault.clone()));
            assert_eq!(
                fault.to_string().replacen('_', "-", 9).parse::<Fault>().ok().map(|it| it.name()),
                Some(fault.name())
            );
            assert!(WORDS.iter().any(|(name, ..)| *name == fault.name()), "{fault}");
        }
        let mut names: Vec<&str> = every_fault().iter().map(Fault::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 16);
        assert_eq!("429:3".parse(), Ok(Fault::TooManyRequests { retry_after: Some(3) }));
        assert_eq!("drop_field:a:b-c".parse(), Ok(Fault::DropField { name: "a:b-c".to_owned() }));
    }

    #[test]
    fn a_setting_too_many_or_too_few_is_an_error_that_lists_the_faults() {
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
    fn a_near_word_is_suggested_with_its_setting() {
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
}
