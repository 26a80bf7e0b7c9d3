//! What does not compile, row by row of the silent-drop catalogue; compiled by `cargo test --doc`
//! alone. The words that rustc then prints are those of the traits in `into`.
//!
//! Before the calls that must fail stands one that must not, and differs in nothing else: so that
//! none fails for another reason than its own.

/// One function that takes what the trait takes, and calls of it.
macro_rules! rows {
    ($($row:ident, $what:literal: $taken:literal, fits: $good:literal, not: $($bad:literal),+;)*) => {$(
        #[doc = concat!($what, ".")]
        #[doc = concat!("```\n", rows!(@before $taken), $good, "\n```")]
        $(#[doc = concat!("```compile_fail,E0277\n", rows!(@before $taken), $bad, "\n```")])+
        #[allow(dead_code, reason = "it carries the examples")]
        struct $row;
    )*};
    (@before $taken:literal) => {
        concat!(
            "use std::time::SystemTime;\n",
            "use telecrm_runtime::*;\n",
            "#[derive(Clone, Copy, PartialEq, Eq)] enum Source { Web }\n",
            "#[derive(Clone, Copy, PartialEq, Eq)] enum Other { Web }\n",
            "macro_rules! labelled { ($name:ident) => { impl Labelled for $name {\n",
            "    const API_NAME: &'static str = \"source\";\n",
            "    const KIND: &'static str = \"dropdown\";\n",
            "    const ALL: &'static [Self] = &[Self::Web];\n",
            "    fn label(self) -> &'static str { \"Web\" }\n",
            "}}}\n",
            "labelled!(Source); labelled!(Other);\n",
            "struct Visit;\n",
            "impl IntoAction<Visit> for Visit {\n",
            "    fn into_action(self) -> Option<Visit> { Some(self) }\n",
            "}\n",
            "fn takes(_: impl ", $taken, ") {}\n",
        )
    };
}

rows! {
    D01Number, "a text where a number is wanted": "IntoNumber",
        fits: "takes(5); takes(Some(5_u8));", not: "takes(\"5\");", "takes(true);";
    D01Text, "a number where a text is wanted": "IntoText",
        fits: "takes(\"5\"); takes(Some(String::new()));", not: "takes(5);";
    D02, "a float that may be NaN": "IntoNumber",
        fits: "takes(number!(2.5));", not: "takes(2.5);", "takes(2.5_f32);";
    D03, "an email that nobody checked": "IntoEmail",
        fits: "takes(email!(\"a@b.co\"));", not: "takes(\"a@b.co\");";
    D04, "a phone that nobody checked": "IntoPhone",
        fits: "takes(phone!(\"919999999999\"));", not: "takes(\"919999999999\");";
    D05, "a date that is no instant": "IntoDate",
        fits: "takes(SystemTime::now());", not: "takes(\"01/05/2026\");", "takes(1_777_609_800_000_i64);";
    D06, "an option in text, or of another dropdown": "IntoDropdown<Source>",
        fits: "takes(Source::Web); takes(Some(Source::Web));", not: "takes(\"Web\");", "takes(Other::Web);";
    D06Open, "a new option that nobody called new": "IntoOpenDropdown<Source>",
        fits: "takes(Source::Web); takes(Open::new_label(\"x\"));", not: "takes(\"x\");";
    D07, "tags that are no list": "IntoTags<Source>",
        fits: "takes([Source::Web]); takes(vec![Source::Web]); takes(&[Source::Web][..]);",
        not: "takes(Source::Web);", "takes(\"Web\");";
    D08, "tags in text, or of another field": "IntoTags<Source>",
        fits: "takes([Source::Web]);", not: "takes([\"Web\"]);", "takes([Other::Web]);";
    D08Open, "a new tag that nobody called new": "IntoOpenTags<Source>",
        fits: "takes([Source::Web]); takes([Open::new_label(\"x\")]);", not: "takes([\"x\"]);";
    D09, "money as a float, or in text that nobody checked": "IntoMoney",
        fits: "takes(5); takes(money!(\"5.5\"));", not: "takes(5.5);", "takes(\"5.5\");";
    D11, "a URL that nobody checked": "IntoWebsite",
        fits: "takes(website!(\"https://a.in\"));", not: "takes(\"https://a.in\");";
    D11Media, "a media link that nobody checked": "IntoMediaLink",
        fits: "takes(media_link!(\"https://a.in\"));", not: "takes(\"https://a.in\");";
    D12, "an active user that nobody checked": "IntoActiveUser",
        fits: "takes(active_user!(\"a@b.co\"));", not: "takes(\"a@b.co\");";
    D13, "a rating that may be 6": "IntoRating",
        fits: "takes(Rating::FIVE);", not: "takes(5);";
    D14D15, "a status that is unknown or archived": "IntoStatus<Source>",
        fits: "takes(Source::Web);", not: "takes(\"Web\");", "takes(ArchivedStatus::new(\"Web\"));";
    D16, "a lost reason that is unknown or archived": "IntoLostReason<Source>",
        fits: "takes(Source::Web);", not: "takes(\"Web\");", "takes(ArchivedLostReason::new(\"Web\"));";
    D19D20, "an identifier that is missing, or that nobody checked": "IntoIdentifier<Phone>",
        fits: "takes(phone!(\"919999999999\"));",
        not: "takes(\"\");", "takes(None::<Phone>);", "takes(email!(\"a@b.co\"));";
    D20, "a text identifier that may be blank": "IntoIdentifier<NonBlankText>",
        fits: "takes(literal!(NonBlankText, \"x\"));", not: "takes(\"x\");", "takes(Text::from(\"x\"));";
    D22D23, "an action that is none of the workspace's": "IntoAction<Visit>",
        fits: "takes(Visit); takes(Some(Visit));", not: "takes(\"ACTION_1001\");", "takes(\"SYSTEM_NOTE\");";
    D25, "a date on an action that may not be backdated": "NotBackdatable<Visit>",
        fits: "", not: "takes(SystemTime::now());";
    D29, "a body that no schema checked": "AsRef<Client>",
        fits: "fn send(client: &Client, lead: &impl Lead) { drop(client.send(lead)); }",
        not: "fn send(client: &Client, lead: &str) { drop(client.send(lead)); }";
    D30, "a text whose length nobody checked": "IntoBoundedText<0, 5>",
        fits: "takes(literal!(BoundedText<0, 5>, \"x\"));",
        not: "takes(\"x\");", "takes(literal!(BoundedText<0, 6>, \"x\"));";
}

/// D26, D27, D28: a payment that lacks something, or of an amount, status or currency that telecrm
/// does not take.
///
/// ```
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
/// Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5"));
/// ```
///
/// ```compile_fail,E0061
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
/// Payment::new(PaymentStatus::Completed, Currency::Inr);
/// ```
///
/// ```compile_fail,E0308
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
/// Payment::new(PaymentStatus::Completed, Currency::Inr, 5.0);
/// ```
///
/// ```compile_fail,E0308
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
/// Payment::new(PaymentStatus::Paid, Currency::Inr, amount!("5"));
/// ```
///
/// ```compile_fail,E0308
/// use telecrm_runtime::{Currency, Payment, PaymentStatus, amount};
/// Payment::new(PaymentStatus::Completed, Currency::Eur, amount!("5"));
/// ```
#[allow(dead_code, reason = "it carries the examples")]
struct D26D27D28;

/// D31: a Sync token on the Async endpoint.
///
/// ```
/// use telecrm_runtime::{AsyncToken, Client, EnterpriseId};
/// fn client(id: EnterpriseId, token: AsyncToken) { drop(Client::builder(id, token)); }
/// ```
///
/// ```compile_fail,E0308
/// use telecrm_runtime::{SyncToken, Client, EnterpriseId};
/// fn client(id: EnterpriseId, token: SyncToken) { drop(Client::builder(id, token)); }
/// ```
#[allow(dead_code, reason = "it carries the examples")]
struct D31;
