//! Strategies for leads: all values of the generated types.

use delivery_tests::actions::{
    BrochureSent, DemoClass, FeeQuoted, SiteVisit, WebsiteEnquiry, demo_class, site_visit,
};
use delivery_tests::options::{ContactSource, Course, Interests, LostReason, Status};
use delivery_tests::{Action, Lead};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use telecrm_runtime::{
    ActiveUser, Amount, Currency, Date, Email, MediaLink, Money, Number, Payment, PaymentStatus,
    Phone, Rating, Text, Website,
};

/// Values that parse from these texts. Many texts are close to the grammar but not valid; they are left
/// out, since a program cannot send them.
fn parsed<T>(texts: impl Strategy<Value = String>) -> impl Strategy<Value = T>
where
    T: std::str::FromStr + std::fmt::Debug,
{
    texts.prop_filter_map("refused before it is sent", |text| text.parse().ok())
}

fn phone() -> impl Strategy<Value = Phone> {
    parsed(r"\+?[0-9]{7,16}")
}

/// Unusual texts: quotes, control characters, other scripts, emoji, and the empty text.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"[ -~]{0,60}",
        Just(String::new()),
        Just("\u{0}\u{7f}\u{2028}\u{feff}\"\\/</script>".to_owned()),
        Just("नमस्ते 👋🏽".to_owned()),
    ]
}

fn email_text() -> impl Strategy<Value = String> {
    prop_oneof![
        r"[a-zA-Z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,20}){1,3}",
        r"[a-z]{1,8}@[a-z]{1,8}\.[a-z]{2,3}",
    ]
}

fn url_text() -> impl Strategy<Value = String> {
    prop_oneof![
        r"https?://[a-zA-Z0-9.:@\[\]-]{1,40}[/?#]?[!-~]{0,80}",
        r"https?://\PC{1,20}",
        r"https?://[a-z]{1,8}\.[a-z]{2,3}/",
    ]
}

fn money_text() -> impl Strategy<Value = String> {
    r"-?[0-9]{1,31}(\.[0-9]{0,15})?"
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("no JSON", |float| Number::try_from(float).ok()),
    ]
}

fn date() -> impl Strategy<Value = Date> {
    prop_oneof![
        any::<i64>(),
        -62_135_596_800_001..253_402_300_800_001_i64,
        Just(-62_135_596_800_000),
        Just(253_402_300_799_999),
    ]
    // Numbers below 10^10 would have another unit (D37), which the validator reports.
    .prop_filter("within four months of 1970", |millis| millis.unsigned_abs() >= 10_000_000_000)
    .prop_filter_map("outside of the years 1 to 9999", |millis| Date::from_unix_millis(millis).ok())
}

fn rating() -> impl Strategy<Value = Rating> {
    (1..=5_u8).prop_filter_map("1 to 5", |stars| Rating::try_from(stars).ok())
}

fn action() -> impl Strategy<Value = Action> {
    let visit = (of(any_text()), of(select(site_visit::Outcome::ALL)), of(date())).prop_map(
        |(note, outcome, date)| {
            let visit = SiteVisit::new().note(note.map(Text::from)).outcome(outcome);
            if let Some(date) = date { visit.created_on(date).into() } else { visit.into() }
        },
    );
    let class = (of(select(demo_class::Subject::ALL)), of(date()), of(rating())).prop_map(
        |(subject, date, rating)| {
            DemoClass::new().subject(subject).attended_on(date).rating(rating).into()
        },
    );
    let enquiry = (of(parsed::<Website>(url_text())), of(parsed(any_text())))
        .prop_map(|(page, message)| WebsiteEnquiry { page, message }.into());
    let fee =
        (of(parsed::<Money>(money_text())), of(number())).prop_map(|(amount, instalments)| {
            FeeQuoted::new().amount(amount).instalments(instalments).into()
        });
    let brochure = (of(parsed::<MediaLink>(url_text())), of(parsed::<Email>(email_text())))
        .prop_map(|(link, email)| BrochureSent::new().brochure(link).sent_to(email).into());
    let payment =
        (select(PaymentStatus::ALL), select(Currency::ALL), parsed::<Amount>(money_text()))
            .prop_map(|(status, currency, amount)| Payment::new(status, currency, amount).into());
    prop_oneof![visit, class, enquiry, fee, brochure, payment]
}

prop_compose! {
    fn words()(
        phone in phone(),
        name in of(any_text()),
        email in of(parsed::<Email>(email_text())),
        remark in of(parsed(any_text())),
        enquiry in of(any_text()),
        website in of(parsed::<Website>(url_text())),
        marksheet in of(parsed::<MediaLink>(url_text())),
        counsellor in of(parsed::<ActiveUser>(email_text())),
    ) -> Lead {
        let mut lead = Lead::new(phone)
            .name(name.map(Text::from))
            .email(email)
            .enquiry_id(enquiry.map(Text::from))
            .website(website)
            .marksheet(marksheet)
            .counsellor(counsellor);
        lead.remark = remark;
        lead
    }
}

prop_compose! {
    pub(crate) fn lead()(
        lead in words(),
        source in of(select(ContactSource::ALL)),
        course in of(select(Course::ALL)),
        interests in of(vec(select(Interests::ALL), 0..6)),
        deal_size in of(number()),
        budget in of(parsed::<Money>(money_text())),
        rating in of(rating()),
        follow_up in of(date()),
        status in of(select(Status::ALL)),
        reason in of(select(LostReason::ALL)),
        actions in vec(action(), 0..5),
    ) -> Lead {
        let mut lead = lead
            .contact_source(source)
            .course(course)
            .interests(interests)
            .deal_size(deal_size)
            .budget(budget)
            .rating(rating)
            .follow_up_date(follow_up)
            .status(status)
            .lost_reason(reason);
        lead.actions = actions;
        lead
    }
}
