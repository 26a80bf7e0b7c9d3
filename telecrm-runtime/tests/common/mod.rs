// A lead such as telecrm-codegen generates, written by hand. Examples in the documentation include
// this file, so nothing in it may be an inner attribute or an inner comment.

use telecrm_runtime::{
    ActionInfo, BoundedText, Date, Labelled, Money, Number, Open, Payment, Phone, Rating, Text,
    Workspace, setter,
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
    const KIND: &'static str = "tags";
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
        telecrm_runtime::GeneratedLead::identified(phone)
    }
}

telecrm_runtime::impl_lead! {
    TestLead(phone: Phone, TestAction, WORKSPACE) {
        /// The identifier.
        phone(PHONE, phone): impl setter::IntoIdentifier<Phone> = Phone("phone");
        /// A field.
        name(NAME, None): impl setter::IntoText = Text("Full Name");
        /// A field.
        remark(REMARK, None): impl setter::IntoBoundedText<0, 200> = Text("remark"), Length(None, Some(200));
        /// A field.
        interest(INTEREST, None): impl setter::IntoDropdown<Interests> = Dropdown("contact_source"), Options(&["VIP", "R & D"]);
        /// A field.
        interests(INTERESTS, None): impl setter::IntoTags<Interests> = Tags("interests"), Options(&["VIP", "R & D"]);
        /// A field.
        kiosks(KIOSKS, None): impl setter::IntoOpenTags<Interests> = Tags("kiosks"), Options(&["VIP", "R & D"]), Open();
        /// A field.
        deal_size(DEAL_SIZE, None): impl setter::IntoNumber = Number("deal_size");
        /// A field.
        budget(BUDGET, None): impl setter::IntoMoney = Money("budget");
        /// A field.
        rating(RATING, None): impl setter::IntoRating = Rating("rating");
        /// A field.
        follow_up_date(FOLLOW_UP_DATE, None): impl setter::IntoDate = Date("follow_up_date");
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TestAction {
    Visit(Visit),
    Payment(Payment),
}

telecrm_runtime::impl_action!(TestAction: Visit);

mod actions {
    use telecrm_runtime::{Date, Text, setter};

    #[derive(Default)]
    pub(crate) struct Visit {
        pub(crate) note: Option<Text>,
        pub(crate) created_on: Option<Date>,
    }

    telecrm_runtime::impl_custom_action! {
        Visit("ACTION_1001", created_on: impl setter::IntoDate) {
            /// A field.
            note: impl setter::IntoText = Text("note");
        }
    }
}

pub(crate) use actions::Visit;
