// A lead such as telecrm-codegen generates, written by hand. Examples in the documentation include
// this file, so nothing in it may be an inner attribute or an inner comment.

use telecrm_runtime::{
    ActionInfo, BoundedText, Date, LabelKind, Labelled, Money, Number, Open, Payment, Phone,
    Rating, Text, Workspace, setter,
};

pub(crate) static WORKSPACE: &Workspace = &Workspace::new(
    "phone",
    TestLead::FIELDS,
    &[ActionInfo::new(Visit::CODE, "Site Visit", Visit::FIELDS).backdatable()],
)
.enterprise("acme");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interests {
    Vip,
    RAndD,
}

impl Labelled for Interests {
    const API_NAME: &'static str = "interests";
    const KIND: LabelKind = LabelKind::Tags;
    const ALL: &'static [Self] = &[Self::Vip, Self::RAndD];

    fn label(self) -> &'static str {
        match self {
            Self::Vip => "VIP",
            Self::RAndD => "R & D",
        }
    }
}

pub(crate) struct TestLead {
    pub(crate) phone: Phone,
    pub(crate) name: Option<Text>,
    pub(crate) remark: Option<BoundedText<0, 200>>,
    pub(crate) interest: Option<Interests>,
    pub(crate) interests: Option<Vec<Interests>>,
    pub(crate) kiosks: Option<Vec<Open<Interests>>>,
    pub(crate) deal_size: Option<Number>,
    pub(crate) budget: Option<Money>,
    pub(crate) rating: Option<Rating>,
    pub(crate) follow_up_date: Option<Date>,
    pub(crate) actions: Vec<TestAction>,
}

impl TestLead {
    pub(crate) fn new(phone: Phone) -> Self {
        Self {
            phone,
            name: None,
            remark: None,
            interest: None,
            interests: None,
            kiosks: None,
            deal_size: None,
            budget: None,
            rating: None,
            follow_up_date: None,
            actions: Vec::new(),
        }
    }
}

telecrm_runtime::impl_lead! {
    TestLead(phone: Phone, TestAction, WORKSPACE) {
        /// The identifier.
        phone: impl setter::IntoIdentifier<Phone> = Phone("phone");
        /// A field.
        name: impl setter::IntoText = Text("Full Name");
        /// A field.
        remark: impl setter::IntoBoundedText<BoundedText<0, 200>> = Text("remark"), MaxLength(200);
        /// A field.
        interest: impl setter::IntoDropdown<Interests> = Dropdown("contact_source"), Options(&["VIP", "R & D"]);
        /// A field.
        interests: impl setter::IntoTags<Interests> = Tags("interests"), Options(&["VIP", "R & D"]);
        /// A field.
        kiosks: impl setter::IntoOpenTags<Interests> = Tags("kiosks"), Options(&["VIP", "R & D"]), Open();
        /// A field.
        deal_size: impl setter::IntoNumber = Number("deal_size");
        /// A field.
        budget: impl setter::IntoMoney = Money("budget");
        /// A field.
        rating: impl setter::IntoRating = Rating("rating");
        /// A field.
        follow_up_date: impl setter::IntoDate = Date("follow_up_date");
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TestAction {
    Visit(Visit),
    Payment(Payment),
}

telecrm_runtime::impl_action! {
    TestAction { Visit, }
}

impl From<Payment> for TestAction {
    fn from(payment: Payment) -> Self {
        Self::Payment(payment)
    }
}

mod actions {
    use telecrm_runtime::{Date, Text, setter};

    #[derive(Default)]
    pub(crate) struct Visit {
        pub(crate) note: Option<Text>,
        pub(crate) created_on: Option<Date>,
    }

    impl Visit {
        pub(crate) const CODE: &'static str = "ACTION_1001";

        pub(crate) fn new() -> Self {
            Self::default()
        }

        pub(crate) fn created_on(mut self, at: impl setter::IntoDate) -> Self {
            self.created_on = at.into_value();
            self
        }
    }

    telecrm_runtime::impl_custom_action! {
        Visit(created_on) {
            /// A field.
            note: impl setter::IntoText = Text("note");
        }
    }
}

pub(crate) use actions::Visit;
