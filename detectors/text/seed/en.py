"""Seed texts in English, written for Spillway, in the form that `rows` reads."""

from typing import Final

from detectors.text.seed.rows import rows

ROWS: Final = rows(
    """
[account]
l0 Hi, how do I change the email address on my profile?
h- cant log in since this morning, it says my password is wrong but it isnt
l+ Could you please update my surname? I got married last month :)
u- My account got locked and I have a job interview booked through it in an hour!!
n0 I'd like to add a second user to our company account.
n- the verification code never arrives on my phone, tried 5 times
l+ Thanks, the password reset worked right away, you're great
l0 How do I activate the new card I got in the mail?
l0 where do I see which plan I am on?
l0 can two people share one login
n0 please merge my two profiles, i signed up twice by accident
n0 I need to change the phone number that gets the codes, old one is gone
n0 How do I close one user and keep the others?
n- reset link expired again before the mail even got here
n- it keeps saying user not found but thats my email since 2015
h- locked out for two days now and your form sends me round in circles
h- My login works but all my saved data and history are gone
h0 our admin left the company, nobody else can get into the account and payroll is on friday
u- locked out of my account and I have to submit this before noon, please unlock it now
u0 need access back within the hour, the whole team is waiting on my account
l+ name change done in five minutes, lovely, thank you
l+ signing up was so easy, well done
[billing]
h- Why was I charged twice this month? Look into it today please
n0 Please send me the invoice for March, my accountant is asking.
l0 Can I pay by bank transfer instead of card?
u- You took 900 from my account without permission and now my rent bounced. Fix this NOW
n- my bill went up again and nobody told me. seriously annoying
l0 Is VAT included in the price on my last bill?
l+ Great that you added monthly payments, makes life so much easier!
n0 Why was my card payment declined at the shop?
l0 What is the exchange rate when I pay by card abroad?
l0 what payment methods do you take?
l0 when in the month do you send the bill?
l0 does the price go up after the first year?
n0 card expired, how do i give you the new one
n0 We need the invoice with our VAT number on it, please reissue.
n0 payment was declined but my bank says it's fine on their side
n- there's an item on my invoice I never ordered
n- why am I paying more than the price on your website?
n- you billed the full month although i joined on the 20th
h- direct debit taken two times, now my rent won't clear
h- I get reminders and late fees for a bill I paid weeks ago, stop this
h- you charge my card every week since I cancelled, third time I am writing
u- wrong amount taken, my account is empty and i can't buy food today. put it back now
l+ finally a bill I can understand. thanks
l+ got the corrected invoice, perfect
u- the transfer went to the wrong person a minute ago, can you still stop it
n- lovely, another invoice with a fee nobody can explain
[cancellation]
n0 I want to cancel my subscription at the end of the month.
h- Cancel it. I've had enough of this rubbish service, I'm leaving for your competitor
u0 Need to cancel my booking for tonight immediately, flight got cancelled
l0 what is the notice period if i end my contract?
h- I keep trying to unsubscribe and you keep billing me, terrible
n+ Loved using it but I'm moving abroad, so please close my contract. Thank you for everything!
n0 please stop the auto renewal, it runs out on friday
l0 is there a fee if i leave early?
l0 if I pause instead of cancelling, what happens to my points?
n0 Please end my plan, I don't use it any more.
n0 I'd like to withdraw from the contract within the 14 days
n0 stop my trial please, I do not want it to turn into a paid one
n0 confirm in writing that my contract ends in june
n- cancel my order, found it cheaper elsewhere
n- can't find where to cancel on the site, so please do it for me
h- I cancelled in January and you are still taking money. Enough.
h- i'm done. close everything, and i want confirmation by tomorrow
h0 I have to cancel tomorrow's appointment, who can confirm?
u0 stop the order that is going out right now, it has the wrong address!!
l+ cancelled without any fuss, appreciate it, may come back
l+ the lady who handled my cancellation was so kind
[delivery]
n- Where is my parcel? It was supposed to arrive on Monday.
h- tracking says delivered but theres nothing here!!
l0 Can you deliver to a different address next week?
u- My insulin is in that package and the courier lost it, I need it today
l+ Wow, arrived a day early and perfectly packed. Thanks!
l0 how long does shipping to Ireland usually take
h- Third time the driver didn't even ring. I waited home all day, what a joke
n- my new card still hasn't arrived, it's been two weeks
l0 do you ship to Malta?
l0 which courier do you use
l0 can I pick it up myself instead
n0 Tracking number please, I didn't get one.
n0 I won't be home on thursday, can you leave it with number 14
n- order still not shipped after five days
n- box came open and soaking wet
n- only half of my order was in the package
n- it's been sitting in the depot since friday, what is going on
h- it has been a month. where is my stuff??
h- delivered to the wrong address and the neighbour won't give it back
h- driver marked me as not at home. i was at the window. I need this for work tomorrow
u- The medicine should have come this morning and I have none left
u- catering order is two hours late and the guests are sitting here
l+ driver carried it up to the third floor, what a hero
l+ super fast shipping, thanks
h- it is for a funeral on Thursday and the parcel is nowhere to be found
n- great job, the box went to a town I have never heard of
n- wonderful, now the courier lost it twice
n- oh brilliant, another week without my order
[outage]
u- Is the service down? Nothing loads for anyone in our office
h- Internet has been out in the whole street since 6am, when will it be back?
u- Everything is down, our shop cannot sell anything, we are losing thousands every minute!
n0 Status page says maintenance on Sunday, will the API be offline?
h- no signal at all again today ugh
l+ All back up after the outage, nice quick work folks
u- whole company offline since 7, phones and internet, nobody can work
u- Our tills have no connection, customers are walking out, fix it now
u- everything is dead here, servers not reachable, all our clients are calling us
u- total blackout of your service, we lose orders every second
h- nothing works since this morning
h- site down?
h- are you having problems? nothing loads
h- cant connect for an hour now
h- is it just me or is the whole thing down again
h- no service in our area since last night, any news?
h- the website gives me an error on every page, same for my colleagues
h- internet keeps going off and now it is off completely, whole building
h- your servers are down again, third time this week
h- hello?? we have had no connection all day
h- TV, phone, internet, all gone at once
h- app and website both unreachable for everybody here
h0 Getting "service unavailable" everywhere. Is there an incident?
h0 is there an outage right now? when will it be fixed
n0 Are you doing maintenance tonight? The service is slow.
n0 please let me know when the service is back up
n- how long will this disruption last? status page says nothing
n- down for ten minutes every evening this week
l0 where can i subscribe to outage notices
l0 was there a disruption last Tuesday? Just for our records.
l+ service is back, thanks for the quick fix
l+ good communication during yesterday's outage
u- the emergency phone has no line and an old man lives there alone
u- cable on the ground, sparks everywhere, there are children
h- fantastic, no internet again on a working day
h- brilliant timing, everything is down once more
[product]
l0 Does this jacket come in a size bigger?
l0 Which plan should I choose for a team of ten?
n- The zip broke on day two. Poor quality, very disappointed.
l+ absolutely love the new headphones, best purchase this year
u- The charger gets so hot that it burned my child's hand, this is dangerous!
n0 Is the blender compatible with the older jug?
n- got the wrong colour, i ordered blue and this is green
l+ Perfect, exactly what I needed, so happy with it!
l+ great app, really nice and easy to use
l0 is it dishwasher safe
l0 Do you have this in black?
l0 how long is the warranty?
l0 what's the difference between the basic and the pro version
n0 Which cable fits the second generation?
n0 can I still get spare parts for the 2018 model
n- the fabric feels cheap and the seams are coming apart
n- battery lasts an hour, the ad said ten
n- it looks nothing like the picture
n- wrong size sent, label says M and it is an S
h- second replacement and this one is broken too
h- arrived broken and I need it for a presentation tomorrow
u- the heater caught fire, pull it from the shelves!
l+ my kids adore it
l+ great quality for the price, will buy again
l+ comfy, pretty, fits like a glove 👍
u- the ladder snapped under me, I am hurt, others must not use it
u- my child swallowed a part of it, what is it made of?
h- the plug gets very warm, is it safe to go on using it tonight?
n- brilliant, lasted a whole two days before it fell apart
n0 will the old filter fit into the new jug?
h- we arrive on Friday and the hotel does not know us
n- the room was not what we had booked, I want something back
n- lovely, it fell apart on the first day, what rubbish
n- amazing quality, it broke on the first day
[refund]
h- I returned the shoes two weeks ago and still have no refund
n0 How do I send an item back and get my money?
l+ Refund received, thank you so much for sorting it out so fast
u- give me my money back right now or my lawyer will call you
n0 Am I entitled to a partial refund if one piece was missing?
n- the refund was 20 short of what i paid, please check
l0 roughly when would a refund show up on my statement?
l0 do i get the shipping back too
n0 Please refund the second ticket, we only need one.
n0 I sent it back on Monday, did you get it?
n0 the order was cancelled by you, please return the payment
n- you refunded me as a voucher. i want it on my card
n- it was half price the day after, i would like the difference
h- Seven weeks. Three promises. Still no refund.
h- your shop says refunded, my bank says no. stop playing games
h- I want my money back, all of it, this week
u- i need that refund today or i will be evicted, you promised it for last week
l+ money is back on my card already, wow
l+ no questions asked refund, very fair of you
[security]
u- Someone hacked my account and is ordering things with my card, block it now!
h0 I got a text pretending to be from you asking for my PIN, is it a scam?
u- There is a login from a country I've never been to
u- My phone with your app was stolen an hour ago, please freeze everything
l0 how do i turn on two factor authentication?
l+ Good to see you warn people about phishing, well done
u- payments i did not make on my card, this is fraud
l0 do you support passkeys?
l0 how do you store my card data?
n0 I got a mail about a new device, it was my own tablet, how do I confirm
n0 please delete my personal data
n0 how can I see where I am logged in
h0 I clicked on a link in a strange text and gave my password, what now?
h- password was changed and it was not me
h- there's an address on my profile that isn't mine
u- my account has been taken over, they changed the mail and the phone, lock it
u- fraudulent payment going through right now, stop it please!
u- I am being blackmailed with photos from my account on your site
u0 lost my wallet ten minutes ago, block the card please
l+ the alert about the odd login was spot on, thank you
u- all customers can see each other's data on your site, shut it off
u- a stranger is in my account deleting files as we speak
u- a man on the phone is making my grandmother transfer money
[technical]
n- The app crashes every time I open the camera, android 14
n0 Getting error 502 when exporting the report, any idea?
l0 How can I connect the printer to wifi?
u- the update broke everything, I can't work and my deadline is today
h- Sync between my laptop and phone stopped working yesterday
l+ new version runs super smooth, thanks to the devs <3
n0 page wont load in firefox, works in chrome
l+ You solved in five minutes what others couldn't in a week, amazing support 😍
l0 how do i turn off notifications
l0 which browsers do you support
n0 the app asks for an update but the store has none
n0 Bluetooth pairs but no sound comes out, what should I try?
n0 Export gives me a file that Excel will not open
n- on my phone the menu is cut off on the right
n- upload stops at 99% every time, other sites work
n- search finds nothing since I changed the language
n- only my laptop can't connect, the others are fine
n- keyboard freezes when I type in the comment box
n- login page reloads forever on my tablet
h- the software deletes my entries when i save, I've lost a day of work
h- my screen stays black after your update, I can't use the device at all
h- sync created thousands of duplicates and it keeps going
u- the machine does not respond to stop, it keeps running
u- your plugin broke our checkout page an hour before the sale starts
l+ bug fixed in a day, fantastic work
l+ the new version is so much faster
u- the system gives wrong doses, we had to stop treating patients
u- it sends the same mail to all our customers again and again and cannot be stopped
h- deadline tomorrow and the form crashes at the last step
n- oh wonderful, it has frozen again. just what I needed
h- my train leaves tomorrow and the ticket is not valid, says the app
n- fantastic, it froze again, thanks a bunch
[other]
n0 has somebody had time to look at my message yet
n0 following up on what I sent you this morning
n- two days without a reply, is this inbox read at all
n- I keep writing and hear nothing back
n0 where do we stand with my case
l+ all good now, cheers
l+ it's fine again, thank you so much for the help
n- no luck, it still does the same
l0 yes, I did all of that already
l0 these are the details you wanted: 40 71 22
l0 Do you have any jobs open in Leeds?
l+ Your agent Sam was wonderful, please tell her boss!
l0 What are your opening hours on bank holidays?
h- I've been on hold for 50 minutes, your support is the worst
l0 hello?
n0 Can I talk to a human being please
l+ Thank you, have a lovely weekend!
n0 Who do I write to about a press enquiry?
l0 hi
l0 are you a bot?
l0 Where is your office?
l0 ok
l0 do you sponsor local clubs?
l0 ??
n0 I'd like to file a formal complaint, where do I send it?
n0 Please have someone call me back tomorrow.
n- nobody answers your phone
n- your chat closed on me in the middle of a sentence
h- fifth time i write and nobody answers. unbelievable
h0 I need to speak to a manager today
l+ thanks!
l+ you made my day
l+ merry christmas to the whole team
l- your hold music is awful
l- the ads are getting on my nerves
u- we are stuck at the station at night, our connection was cancelled and there is no hotel
u- someone fainted in your shop and nobody is coming to help
u- the child is alone and your staff have left
n- thanks a lot for hanging up on me, very classy
"""
)
