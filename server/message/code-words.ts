/**
 * The words that tell what a number or a group of letters beside them is, in the languages that
 * products send mail in. A `code` word names a one-time code, a `hint` asks for something to be
 * typed or confirmed, and `other` names what has a number of its own: an order, a telephone, a
 * postal area, a discount.
 *
 * Alternatives stand from the more to the less special, since the first that matches counts:
 * "discount code" is none, "verification code" is one, and so is "code" alone. Every alternative is
 * bounded and none begins with a repetition, so a scan takes time in proportion to the text.
 */
import { once } from './once.ts';

export type Meaning = 'code' | 'hint' | 'other';

/** What makes another code of "code": `promo code`, `code promo`, `промокод`, `クーポンコード`. */
const otherCodes = [
  // English
  '(?:promo\\w{0,6}|coupon|discount|voucher|gift(?: card)?|referral|zip|post(?:al)?|area|country|dialing|error|status|exit|source|bar|qr|tracking|product|item|sort|swift|bic|hs|tax|customs|dress|currency|invite|offer|partner|branch|company|booking|reservation|reference|customer|merchant|response)[ -]?codes?',
  'codes? of\\b',
  // German
  '(?:gutschein|rabatt|aktions|prämien|promo|vorteils|fehler|strich|bar|qr|länder|produkt|buchungs)\\w{0,3}-?codes?|postleitzahl|plz',
  // Romance languages
  "codes? (?:de (?:conduite|commerce|déontologie|la route)|promo\\w{0,8}|postal|de réduction|avantage|cadeau|barre|barres|client|article|d['’]erreur|iban|bic|parrain\\w{0,5})",
  'códigos? (?:postal|de (?:conducta|conduta|vestimenta|ética)|promocional|de (?:descuento|desconto|barras|promo\\w{0,6}|cliente|área|error|erro|país|regalo|referido|producto)|do cliente|del? (?:cliente|producto))|cupón|cupom',
  'codic[ei] (?:postale|di condotta|civile|etico|promo\\w{0,8}|sconto|fiscale|cliente|a barre|articolo|di errore|univoco|iban|prodotto)|cod\\. ?fisc\\w{0,5}',
  'cod(?:ul)? (?:poștal|de reducere|promo\\w{0,8}|client)',
  // Others
  '(?:kortings|actie|cadeau|post|waarde|fout|klant)-?codes?',
  '(?:rabatt|kampanj|kampagne|post|erbjudande|gavekort|fejl)-?(?:kode|kod)\\w{0,3}',
  'kod(?:u|y|em)? (?:rabatow\\w{1,4}|promocyjn\\w{1,4}|pocztow\\w{1,4}|błędu|kreskow\\w{1,4}|klienta)|slevov\\w{1,3} kód|psč',
  '(?:indirim|kampanya|promosyon|posta|kupon|hata|müşteri) kodu\\w{0,5}',
  '(?:kode|mã) (?:promo\\w{0,5}|pos|diskon|voucher|giảm giá|khuyến mãi|đơn hàng|bưu chính)|alennuskoodi\\w{0,3}|postinumero',
  '(?:промо|штрих)-?код\\p{L}{0,3}|код\\p{L}{0,2} (?:акци|скидк|купон|товар|подраздел|клиент|ошибк|страны|акції|знижк|підрозділ|помилк)\\p{L}{0,6}|почтов\\p{L}{1,3} (?:индекс|код)\\p{L}{0,2}',
  '(?:クーポン|プロモ(?:ーション)?|割引|商品|郵便|エラー|店舗|優待)(?:コード|番号)',
  '(?:优惠|折扣|邀请|促销|错误|邮政|郵遞|區域|商品|推荐)(?:码|碼|代码|编码|編碼)',
  '(?:쿠폰|할인|프로모션|우편|오류|상품|추천) ?(?:코드|번호)',
  '(?:رمز|كود|كوبون) (?:الخصم|الترويجي|البريدي|خصم|الخطأ)|الرمز البريدي',
  'קוד (?:קופון|הנחה|שגיאה)|מיקוד',
  'κωδικ\\p{L}{1,3} (?:έκπτωσης|προσφοράς|πελάτη)|ταχυδρομικ\\p{L}{1,3} κώδικ\\p{L}{1,3}',
];

/** What announces a one-time code. */
const codes = [
  // English and what many languages took from it
  '(?:verification|confirmation|activation|security|access|log-?in|sign-?in|authenti\\w{1,8}|authori[sz]ation|approval|one-time|single-use|temporary|unlock|pairing|pick-?up|collection|door|entry|recovery|backup|delivery|validation|magic|2fa|mfa|two-factor|two-step)[ -](?:pass)?(?:codes?|passwords?|pins?|numbers?|keys?)',
  // German, Dutch, Scandinavian: compounds
  '\\p{Script=Latin}{2,24}(?:codes?|koden?|koodi\\p{L}{0,3})',
  'einmal-?(?:passwort|kennwort|code|pin)\\w{0,2}|wegwerfcode|bestätigungsnummer|eenmalig\\w{0,2} (?:code|wachtwoord)|engangs(?:kode|passord|adgangskode)\\w{0,2}|engångs(?:kod|lösenord)\\w{0,2}|kertakäyttö\\w{1,12}',
  'koden?|kodet|koodi\\p{L}{0,3}',
  // Romance languages
  "codes? (?:de (?:la )?|d['’])\\p{L}{3,16}|codes? (?:à usage unique|temporaire|secret)|mot de passe (?:à usage )?unique",
  'c[óo]digos? (?:de|del) \\p{L}{3,16}|c[óo]digos?|claves? (?:de (?:un solo uso|acceso|seguridad|verificación)|temporal|dinámica)|contraseña (?:de un solo uso|temporal|única)|senha (?:temporária|única|descartável|de uso único)|palavra-passe (?:temporária|única)',
  'codic[ei] di \\p{L}{3,16}|codic[ei]|password (?:monouso|temporanea|usa e getta)',
  'cod(?:ul|ului)?|parola (?:unică|temporară)',
  // Slavic, Baltic, Hungarian, Greek, Turkish
  'kod(?:u|em|y|ów|zie|a)?|kód(?:u|em|y|od|odat|ja|ot)?|jednoraz\\w{1,6} (?:kod|hasł)\\w{0,3}|jednorázov\\w{1,3} (?:kód|hesl)\\w{0,3}|egyszer használatos \\w{1,10}',
  'kodu\\w{0,4}|tek kullanımlık \\p{L}{2,12}|onay kodu\\w{0,4}|şifreniz',
  'код\\p{L}{0,3}|однораз\\p{L}{1,5} (?:код|парол)\\p{L}{0,3}|одноразов\\p{L}{1,3} \\p{L}{2,8}|пароль для (?:входа|подтверждения)|пін-?код|пин-?код',
  'κωδικ\\p{L}{1,3}',
  // Asian languages
  '(?:验证|校验|动态|確認|认证|驗證|檢核|安全|激活|启用|提货|取件|登录|登入)(?:码|碼|代码|代碼|口令)|(?:一次性|动态|動態|臨時|临时)(?:密码|密碼|口令)|动态口令',
  '(?:認証|確認|本人確認|ログイン|セキュリティ|ワンタイム|暗証|パス|受取|検証)(?:用の)?(?:コード|番号|キー|パスワード)|コード|ワンタイムパス(?:ワード|コード)',
  '(?:인증|확인|보안|로그인|본인확인) ?(?:번호|코드)|일회용 ?(?:비밀번호|코드|암호)|코드',
  '(?:رمز|كود|الرمز|الكود)|كلمة (?:ال)?مرور (?:مؤقتة|لمرة واحدة)|كلمة المرور لمرة واحدة',
  'קוד\\p{L}{0,2}|הקוד|סיסמה (?:חד[- ]פעמית|זמנית)|(?:ה)?סיסמה החד[- ]פעמית',
  'कोड|ओटीपी|รหัส|mã (?:xác (?:minh|nhận|thực)|otp|bảo mật|đăng nhập|kích hoạt)|mã|mật khẩu (?:dùng )?một lần|kode|کد|رمز عبور یکبار',
  // After what begins with it
  '(?:pass-?)?codes?|passcodes?|otps?|[ms]?tans?|2fa|mfa|pins?(?:-?codes?)?|one-time|verification pin',
];

/** What has a number of its own. */
const others = [
  // English
  '(?:orders?|invoices?|receipts?|tickets?|cases?|customer|account|reference|ref|booking|reservation|transaction|shipment|parcel|consignment|licen[cs]e|serial|policy|member(?:ship)?|employee|registration|flight|room|suite|apt|unit|extension|ext|model|part|sku|article|item|file|version|build|release|request|workspace|document|contract|claim|batch|company|vat|tax|iban|bic|swift|eori|isbn|ean|upc|imei|imo|card|port|po box|p\\.o\\. box|licence)(?: ?(?:id|no|nr|num|number|#|ref|reference))?\\b',
  '(?:tele)?phones?|tel|fax|mobile|cell|call|dial|ring|hotline|help ?line|toll[- ]free|whatsapp|zip|postcode|ending(?: in)?|tracking|copyright|©|\\(c\\)|total|amount|sum|price|balance|subtotal|numbers?|id',
  // German
  '\\p{Script=Latin}{0,24}(?:nummern?|-nr|nr)|(?:bestell|rechnung|kunden|auftrag|vorgang|beleg|konto|sendung|liefer|artikel|aktenzeichen|buchung|vertrag|mitglied)\\w{0,12}|telefon\\w{0,8}|rufen|mobil|hotline|filiale|postfach|betrag|gesamt\\w{0,8}|summe|hrb|ust-?id\\w{0,5}|packstation|zimmer',
  // French
  '(?:commande|facture|reçu|dossier|client|référence|réf|compte|ticket|livraison|suivi|colis|montant|total|contrat|carte|siret|siren|tva|rcs|tél|téléphone|appelez|numéro|num|n°|nº|bp|cedex)',
  // Spanish, Portuguese
  '(?:pedido|factura|fatura|recibo|ticket|cliente|cuenta|conta|referencia|referência|expediente|protocolo|processo|guía|envío|seguimiento|rastreo|rastreio|importe|total|valor|monto|tarjeta|cartão|teléfono|telefone|línea|llame|ligue|rfc|cif|nif|nit|cnpj|cpf|cep|c\\.p|número|núm|n\\.?º|nº|apartado|caja)',
  // Italian, Romanian
  '(?:ordine|fattura|ricevuta|scontrino|cliente|conto|pratica|riferimento|spedizione|importo|totale|telefono|tel|cap|p\\.? ?iva|partita iva|numero|num|comanda|comenzii|factura|client|cont|număr|nr|scadenza)',
  // Dutch, Scandinavian, Finnish
  '(?:bestelling|factuur|klant|rekening|order|pakket|bedrag|totaal|bel|kvk|btw|faktura|kund|kunde|konto|belopp|beløb|ordre|saldo|org|cvr|tilaus|lasku|asiakas|viite|summa|puhelin|y-tunnus)\\p{L}{0,10}',
  // Slavic
  '(?:zamówieni|faktur|paragon|klient|kont|rachun|kwot|sum|przesył|telefon|infolini|nip|regon|krs|numer|objednávk|faktur|zákazní|částk|účt|zásilk|ič|dič|číslo|č)\\p{L}{0,6}\\.?',
  '(?:заказ|счет|счёт|чек|квитанц|клиент|договор|сумм|итого|номер|телефон|тел|звоните|позвоните|инн|кпп|огрн|снилс|отслеж|трек|накладн|индекс|замовлен|рахун|рахунок|сум|зателефонуйте|ттн|єдрпоу|лицев)\\p{L}{0,8}|№',
  // Turkish, Hungarian, Greek
  '(?:sipariş|fatura|makbuz|müşteri|hesap|tutar|toplam|kargo|takip|telefon|işlem|numara|vergi)\\p{L}{0,8}|no|rendelés\\p{L}{0,8}|számla\\p{L}{0,6}|összeg|ügyfél\\p{L}{0,6}|παραγγελί\\p{L}{0,3}|τιμολόγι\\p{L}{0,3}|πελάτη|τηλ\\p{L}{0,6}|σύνολο|αφμ',
  // Asian languages
  '(?:订单|訂單|发票|發票|运单|快递|物流|客户|会员|工单|流水|账户|金额|合计|总计|电话|热线|编号|單號|单|客服)(?:编号|編號|号码|號碼|号|號)?|邮编|税号|信用代码|尾号|号码',
  '(?:注文|領収書|請求書|会員|お客様|受付|伝票|追跡|管理|契約|登録|予約|型番|口座|店)(?:番号|ID|No)?|合計|金額|電話|お問い合わせ|〒|番号',
  '(?:주문|송장|운송장|고객|회원|접수|계좌|승인|사업자등록|예약|관리|전화) ?번호|금액|합계|고객센터|전화|문의|번호',
  '(?:طلب|الطلب|فاتورة|الفاتورة|مرجع|المرجع|هاتف|حساب|الحساب|المجموع|المبلغ|شحنة)|رقم',
  'הזמנה|ההזמנה|חשבונית|לקוח|טלפון|סך הכל|סכום|מספר',
  'ऑर्डर|चालान|हेल्पलाइन|फ़ोन|คำสั่งซื้อ|ใบเสร็จ|โทร|หมายเลข|đơn hàng|hóa đơn|khách hàng|điện thoại|hotline|số|pesanan|faktur|pelanggan|telepon|nomor|total',
];

/** What asks for a code without naming it. */
const hints = [
  'verif\\w{1,12}|authenti\\w{1,12}|confirm\\w{0,8}|token|password|passphrase|enter|type|paste|valid(?:ate|ation)|log-?in|sign-?in|log in|sign in',
  'passwort|kennwort|anmeld\\w{1,8}|bestätig\\w{1,8}|eingeben|geben sie|gib|verifizier\\w{1,8}',
  'mot de passe|vérifi\\p{L}{1,10}|saisi\\p{L}{1,8}|confirm\\p{L}{1,8}|connexion|entrez|validez|valider',
  'contraseña|clave|verifi\\p{L}{1,10}|introduce|ingresa|introduzca|senha|palavra-passe|introduza|insira|digite|iniciar sesi[óo]n',
  'verifica|inserisci|digita|accedere|accesso|parola|introdu\\p{L}{1,5}|wachtwoord|inloggen|voer|bevestig\\p{L}{0,6}|verifi\\p{L}{1,10}|logga in|bekräft\\p{L}{1,6}|bekreft\\p{L}{0,6}|bekræft\\p{L}{0,6}',
  'hasło|hasła|wpisz|potwierd\\p{L}{1,8}|logowani\\p{L}{0,3}|heslo|zadejte|ověř\\p{L}{1,8}|jelszó|írja be|şifre\\p{L}{0,6}|parola\\p{L}{0,4}|doğrula\\p{L}{0,6}|giriş\\p{L}{0,6}',
  'парол\\p{L}{1,3}|подтвер\\p{L}{1,8}|введите|вход\\p{L}{0,2}|введіть|підтвер\\p{L}{1,8}|κωδικό|επαλήθευσ\\p{L}{0,3}',
  '密码|密碼|口令|验证|驗證|输入|輸入|登录|登入|認証|確認|パスワード|入力|ログイン|비밀번호|인증|입력|로그인',
  'كلمة المرور|تحقق|التحقق|أدخل|סיסמה|אימות|הזינו|सत्यापन|ยืนยัน|xác (?:minh|nhận|thực)|mật khẩu|nhập|verifikasi|masukkan|sandi',
];

/** Scripts that put no space between words have no edge to ask for. */
const edgeBefore = '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}_])';
const edgeAfter = '(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}_])';

const words = once(
  () =>
    new RegExp(
      `${edgeBefore}(?:(?<no>${otherCodes.join('|')})|(?<code>${codes.join('|')})|(?<other>${others.join('|')})|(?<hint>${hints.join('|')}))${edgeAfter}`,
      'giu',
    ),
);

export interface Word {
  readonly meaning: Meaning;
  readonly start: number;
  readonly end: number;
}

export function wordsIn(text: string): readonly Word[] {
  return [...text.matchAll(words())].map((match) => ({
    meaning:
      match.groups?.code !== undefined
        ? 'code'
        : match.groups?.hint !== undefined
          ? 'hint'
          : 'other',
    start: match.index,
    end: match.index + match[0].length,
  }));
}
