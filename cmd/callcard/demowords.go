package main

import (
	"fmt"
	"math/rand/v2"
)

// The demo's world in three languages. Of every list the n-th entry is the same person,
// firm or matter, so that the clients stay who they are when the language changes.

// demoLanguages are those that the demo's data can be in.
var demoLanguages = []string{"ru", "uz", "en"}

type wording map[string][]string // language -> entries

var (
	demoMen = wording{
		"ru": {"Азиз", "Бобур", "Дильшод", "Жасур", "Уткир", "Шерзод", "Улугбек", "Отабек", "Жамшид", "Кодир", "Александр", "Сергей", "Дмитрий"},
		"uz": {"Aziz", "Bobur", "Dilshod", "Jasur", "Oʻtkir", "Sherzod", "Ulugʻbek", "Otabek", "Jamshid", "Qodir", "Aleksandr", "Sergey", "Dmitriy"},
		"en": {"Aziz", "Bobur", "Dilshod", "Jasur", "Utkir", "Sherzod", "Ulugbek", "Otabek", "Jamshid", "Kadir", "Alexander", "Sergey", "Dmitry"},
	}
	demoWomen = wording{
		"ru": {"Гульнора", "Нилуфар", "Зульфия", "Шахноза", "Мадина", "Мохира", "Барно", "Угилой", "Елена", "Ольга", "Светлана"},
		"uz": {"Gulnora", "Nilufar", "Zulfiya", "Shahnoza", "Madina", "Mohira", "Barno", "Oʻgʻiloy", "Yelena", "Olga", "Svetlana"},
		"en": {"Gulnora", "Nilufar", "Zulfiya", "Shahnoza", "Madina", "Mohira", "Barno", "Ugiloy", "Elena", "Olga", "Svetlana"},
	}
	demoHisLast = wording{
		"ru": {"Каримов", "Ташпулатов", "Юсупов", "Холматов", "Рахимов", "Саидов", "Гулямов", "Иванов", "Жуковский", "Ким"},
		"uz": {"Karimov", "Toshpoʻlatov", "Yusupov", "Xolmatov", "Rahimov", "Saidov", "Gʻulomov", "Ivanov", "Jukovskiy", "Kim"},
		"en": {"Karimov", "Tashpulatov", "Yusupov", "Kholmatov", "Rakhimov", "Saidov", "Gulyamov", "Ivanov", "Zhukovsky", "Kim"},
	}
	demoHerLast = wording{
		"ru": {"Каримова", "Ташпулатова", "Юсупова", "Холматова", "Рахимова", "Саидова", "Гулямова", "Иванова", "Жуковская", "Ким"},
		"uz": {"Karimova", "Toshpoʻlatova", "Yusupova", "Xolmatova", "Rahimova", "Saidova", "Gʻulomova", "Ivanova", "Jukovskaya", "Kim"},
		"en": {"Karimova", "Tashpulatova", "Yusupova", "Kholmatova", "Rakhimova", "Saidova", "Gulyamova", "Ivanova", "Zhukovskaya", "Kim"},
	}
	demoFirms = wording{
		"ru": {"Самарканд Савдо", "Бухоро Текс", "Чиланзар Сервис", "Навои Строй", "Фергана Агро", "Зарафшан Мебель", "Ориент Тур", "Шёлковый путь Логистик"},
		"uz": {"Samarqand Savdo", "Buxoro Teks", "Chilonzor Servis", "Navoiy Qurilish", "Fargʻona Agro", "Zarafshon Mebel", "Orient Tur", "Ipak Yoʻli Logistika"},
		"en": {"Samarkand Trade", "Bukhara Textile", "Chilanzar Service", "Navoi Construction", "Fergana Agro", "Zarafshan Furniture", "Orient Tours", "Silk Road Logistics"},
	}
	demoNotes = wording{
		"ru": {"Просил прислать прайс на электронную почту.", "Берёт оптом, договор продлили до конца года.", "Удобнее звонить после 15:00.",
			"Сравнивает нас с двумя поставщиками, важен срок доставки.", "Доставка на склад в Сергели, пропуск на машину заказать за день.", "Оплата по счёту, НДС включён. Бухгалтер на связи."},
		"uz": {"Narxlar roʻyxatini pochtaga yuborishni soʻradi.", "Ulgurji oladi, shartnoma yil oxirigacha uzaytirildi.", "Soat 15:00 dan keyin qoʻngʻiroq qilish qulay.",
			"Bizni yana ikkita yetkazib beruvchi bilan solishtiryapti, muddat muhim.", "Sergelidagi omborga yetkaziladi, mashinaga ruxsatnoma bir kun oldin olinadi.", "Hisob-faktura boʻyicha toʻlaydi, QQS ichida. Buxgalter aloqada."},
		"en": {"Asked for the price list by e-mail.", "Buys wholesale; the contract runs to the end of the year.", "Better to call after 3 p.m.",
			"Compares us with two other suppliers; delivery time matters.", "Delivery to the warehouse in Sergeli; order the gate pass a day ahead.", "Pays by invoice, VAT included. The accountant is in touch."},
	}
	demoTasks = wording{
		"ru": {"Выслать коммерческое предложение", "Перезвонить насчёт срока доставки", "Выставить счёт", "Согласовать договор с юристом", "Уточнить адрес доставки"},
		"uz": {"Tijorat taklifini yuborish", "Yetkazib berish muddati boʻyicha qayta qoʻngʻiroq qilish", "Hisob-faktura yozish", "Shartnomani yurist bilan kelishish", "Yetkazib berish manzilini aniqlash"},
		"en": {"Send the offer", "Call back about the delivery date", "Write the invoice", "Agree the contract with the lawyer", "Check the delivery address"},
	}
	// demoPositions are what the people of the shared number are in their company.
	demoPositions = wording{
		"ru": {"директор", "бухгалтер"},
		"uz": {"direktor", "buxgalter"},
		"en": {"director", "accountant"},
	}
	// demoPlaces are the names of the office and of where its two numbers are advertised.
	demoPlaces = wording{
		"ru": {"Ташкент", "сайт", "щит"},
		"uz": {"Toshkent", "sayt", "bilbord"},
		"en": {"Tashkent", "website", "billboard"},
	}
)

// demoClient is one of the demo's clients in one language.
type demoClient struct {
	number  string
	name    string
	company bool
	shared  bool   // two persons have this number
	works   string // what he is in the company sharedFirm; "" is nothing
	note    string // "" is none
	task    string
}

const demoClients = 200

// sharedNumber is the one number of two people of one company, who are the first two
// clients.
const sharedNumber = "+998712345678"

// sharedFirm is the client that is their company.
const sharedFirm = 9

// demoClientOf is the i-th client. r goes on from where it is left with the client's
// history.
func demoClientOf(i int, language string) (c demoClient, r *rand.Rand) {
	r = rand.New(rand.NewPCG(1991, uint64(i)))
	pick := func(w wording) string { return w[language][r.IntN(len(w[language]))] }
	last := r.IntN(len(demoHisLast[language]))
	if r.IntN(2) == 0 {
		c.name = pick(demoMen) + " " + demoHisLast[language][last]
	} else {
		c.name = pick(demoWomen) + " " + demoHerLast[language][last]
	}
	if firm := pick(demoFirms); i%10 == 9 {
		c.company, c.name = true, fmt.Sprintf("%s %d", firm, i/10+1)
	}
	c.number = fmt.Sprintf("+9989%d%07d", []int{0, 1, 3, 4, 5, 7, 9}[r.IntN(7)], 1_000_000+r.IntN(8_999_999))
	if i < 2 {
		c.number, c.shared, c.works = sharedNumber, true, demoPositions[language][i]
	}
	if note := pick(demoNotes); r.IntN(2) == 0 {
		c.note = note
	}
	if task := pick(demoTasks); r.IntN(6) == 0 {
		c.task = task
	}
	return c, r
}
