// A lead such as telecrm-codegen generates, written by hand. Examples in the documentation include
// this file, so nothing in it may be an inner attribute or an inner comment.

use telecrm_runtime::{
    ActionInfo, BoundedText, Date, Labelled, Money, Number, Open, Payment, Phone, Rating, Text,
    Workspace,
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

#[derive(Clone, Debug, PartialEq)]
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
        phone(PHONE) = phone("phone");
        name(NAME) = text("Full Name");
        remark(REMARK) = text("remark").length(None, Some(200));
        interest(INTEREST) = dropdown("contact_source").options(&["VIP", "R & D"]);
        interests(INTERESTS) = tags("interests").options(&["VIP", "R & D"]);
        kiosks(KIOSKS) = tags("kiosks").options(&["VIP", "R & D"]).open();
        deal_size(DEAL_SIZE) = number("deal_size");
        budget(BUDGET) = money("budget");
        rating(RATING) = rating("rating");
        follow_up_date(FOLLOW_UP_DATE) = date("follow_up_date");
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TestAction {
    Visit(Visit),
    Payment(Payment),
}

telecrm_runtime::impl_action!(TestAction: Visit);

mod actions {
    use telecrm_runtime::{Date, Text};

    #[derive(Clone, Debug, Default, PartialEq)]
    pub(crate) struct Visit {
        pub(crate) note: Option<Text>,
        pub(crate) created_on: Option<Date>,
    }

    impl Visit {
        pub(crate) const CODE: &'static str = "ACTION_1001";

        pub(crate) fn new() -> Self {
            Self::default()
        }
    }

    telecrm_runtime::impl_custom_action! {
        Visit(created_on) {
            note = text("note");
        }
    }
}

pub(crate) use actions::Visit;
