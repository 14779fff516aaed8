/**
 * What a link says it is for, by its text, by the words before it, or by its path. Expressions are
 * for short strings (a label, a line, a URL), and none repeats without a bound.
 */

import { once } from './once.ts';

/** What a message wants done: confirm, sign in, reset, accept, pay, follow a parcel. */
export const asksForAction = once(
  () =>
    new RegExp(
      [
        // English
        '\\b(?:verif\\w{1,9}|confirm\\w{0,7}|activat\\w{1,4}|reset\\w{0,5}|sign[- ]?(?:in|up)|log[- ]?(?:in|on)|magic|invit\\w{1,7}|accept\\w{0,4}|approve|authori[sz]e|acknowledge|unlock|recover|restore|revert|undo|secure your|claim|renew|reschedule|check in|get started|finish|complete|join)\\b',
        '\\b(?:set|choose|create|change|new|update|your) (?:a |an |your )?(?:new )?(?:password|passphrase|pin|one)\\b|\\bpassword\\b',
        '\\b(?:pay|track|follow|manage|download|view|see|open|review|sign|start|continue)(?: (?:this|your|my|the|a|on|to|it))?(?: (?:\\w{1,14} )?(?:invoice|bill|receipt|order|booking|reservation|parcel|package|shipment|delivery|documents?|board|invitation|workspace|project|file|map|balance|payment|statement|now))\\b',
        '\\b(?:follow it|account update|where is my|secure link|into your account|take me|cancel (?:your |the |this |my )?(?:booking|order|appointment|reservation))\\b',
        // German
        'bestätig|aktivier|freischalt|freigeb|zurücksetz|passwort|kennwort|anmelden|anmeldung abschließen|einloggen|einladung|annehmen|beitreten|jetzt (?:bezahlen|zahlen)|(?:sendung|paket|lieferung)\\w{0,5} (?:ver)?folgen|rechnung (?:ansehen|herunterladen|öffnen|anzeigen|bezahlen)|verifizier|registrierung abschließen|termin (?:absagen|verschieben|ändern)',
        // French
        'confirm(?:er|ez)|activ(?:er|ez)|réinitialis|mot de passe|se connecter|connectez|me connecter|valider|validez|accepter|rejoindre|suivre (?:mon|votre|le) colis|\\bsuivi\\b|télécharg|payer|finaliser|terminer',
        // Spanish, Portuguese
        'confirm(?:a|ar|e)\\b|activ(?:a|ar|e)\\b|ativ(?:a|ar|e)\\b|restablec|recuperar|contraseña|redefin|senha|palavra-passe|iniciar sesión|inicia sesión|entrar|accede|acceder|acessar|acceso|acesso|aceptar|aceitar|únete|pagar|rastre|descarga|baixar|acompanhe|seguimiento|verificar|verifica|anular (?:la|tu|mi) |gestionar (?:la|tu|mi) reserva',
        // Italian, Romanian
        'conferma|attiva|reimposta|accedi|accetta|unisciti|\\bpaga\\b|traccia|scarica|confirmă|activează|resetează|autentific',
        // Dutch and Scandinavian
        'bevestig|activeer|wachtwoord|inloggen|accepteer|volg je|volg uw|betaal|wijzig|afzeggen|bekräfta|aktivera|återställ|lösenord|logga in|godkänn|spåra|bekreft|bekræft|aktiver|tilbakestill|nulstil|passord|adgangskode|logg inn|log ind|spor ',
        // Finnish, Polish, Czech, Slovak, Hungarian
        'vahvista|aktivoi|salasana|kirjaudu|hyväksy|seuraa|potwierd|aktyw|zresetuj|hasł[oa]|zaloguj|zaakceptuj|dołącz|śledź|pobierz|opłać|potvrď|potvrdit|aktivovat|obnov|heslo|přihlásit|sledovat|megerősít|aktivál|jelszó|bejelentkez|visszaállít',
        // Turkish, Greek
        'doğrula|onayla|etkinleştir|şifre|parola|giriş yap|kabul et|takip et|öde\\b|επιβεβαί|επαλήθευ|ενεργοποί|κωδικ|σύνδεση|αποδοχή',
        // Russian, Ukrainian
        'подтверд|подтвержд|активир|активац|сброс|восстанов|парол|войти|вход|принять|присоедин|отслед|оплат|скачать|отменить запис|перенести запис|підтверд|активув|віднов|скину|увійти|прийняти|відстеж|сплат',
        // Chinese, Japanese, Korean
        '验证|驗證|确认|確認|激活|启用|啟用|重置|重設|重设|密码|密碼|登录|登入|接受|加入|支付|付款|下载|下載|跟踪|追踪|認証|再設定|パスワード|ログイン|登録|承認|承諾|参加|支払|ダウンロード|追跡|配送状況|인증|확인|재설정|비밀번호|로그인|활성화|수락|참여|결제|다운로드|조회|가입',
        // Arabic, Hebrew, Persian, Hindi, Thai, Vietnamese, Indonesian
        'تأكيد|تفعيل|لتفعيل|تحقق|التحقق|كلمة المرور|تسجيل الدخول|قبول|دفع|تتبع|אימות|לאימות|אישור|הפעלה|איפוס|לאיפוס|סיסמה|התחבר|כניסה|קבל|שלם|מעקב|تایید|सत्यापित|पुष्टि|पासवर्ड|ยืนยัน|รีเซ็ต|เข้าสู่ระบบ|xác (?:minh|nhận|thực)|kích hoạt|đặt lại|mật khẩu|đăng nhập|konfirmasi|verifikasi|aktifkan|kata sandi|masuk|reset',
      ].join('|'),
      'iu',
    ),
);

/** The same in a path or a query, where words are joined by punctuation. */
export const pathAsksForAction =
  /[/?&=_.-](?:verif\w{0,9}|confirm\w{0,7}|activat\w{1,4}|aktivier\w{0,4}|reset\w{0,9}|recover\w{0,3}|sign-?in|log-?in|magic\w{0,5}|invit\w{0,7}|accept|join|password|passwort|token|otp|ticket|auth|sso|callback|action-token|unlock|approve|ack|revert|pay|checkout|bestaetig\w{0,5}|freischalt\w{0,3}|kennwort|zuruecksetz\w{0,2}|reinitialis\w{0,4}|mot-de-passe|activation|confirmer|restablecer|contrasena|confirmar|activar|ativar|senha|redefinir|conferma\w{0,2}|attiva\w{0,5}|reimposta|wachtwoord|bevestig\w{0,2}|potwierdz|aktywacja|haslo|sifre\w{0,8}|dogrula\w{0,3}|bekraft\w{0,3})(?=[/?&=_.-]|$)/i;

/** Ends what the reader has subscribed to, or changes it. */
export const unsubscribes = once(
  () =>
    new RegExp(
      [
        'unsubscri|opt[-_ ]?out|stop (?:these|this|receiving|getting)|turn off (?:these|notif|email)|no longer (?:want|wish)|(?:manage|email|notification|update|edit)(?: your| my)? (?:\\w{1,12} )?preferences|(?:e-?mail|notification) settings|remove me',
        '\\babmeld|abbestell|austragen|benachrichtigungen (?:ab|aus)|nicht mehr (?:erhalten|bekommen)|newsletter abmelden',
        'désinscri|desinscri|désabonn|desabonn|ne plus recevoir|se désinscrire|gérer (?:vos|mes) (?:préférences|abonnements)',
        'darse de baja|darte de baja|date de baja|cancelar (?:la |a |tu |sua )?(?:suscripci[óo]n|inscri[çc][ãa]o|assinatura|subscri[çc][ãa]o)|dejar de recibir|descadastr|deixar de receber|remover (?:meu|seu) e-?mail',
        "disiscri|annulla (?:l[’']?)?iscrizione|cancella(?:ti| iscrizione)|non desideri più|dezabon",
        'afmeld|uitschrij|avregistrer|avanmäl|avprenumerer|sluta få|avmeld|meld (?:deg|meg) av|afmeld dig|framelding|peru(?:uta)? (?:tilau|uutiskirj)',
        'wypisz|rezygnu|anuluj subskrypcj|odhlásit (?:odběr|se z)|odhlásit z|leiratkoz|διαγραφή|κατάργηση εγγραφής',
        'abonelikten|aboneli[ğg]i iptal|listeden çık|отпис|відпис|скасувати підписку',
        '退订|退訂|取消订阅|取消訂閱|配信停止|配信解除|メール(?:配信)?(?:の)?停止|購読解除|수신 ?거부|구독 ?취소',
        'إلغاء الاشتراك|الغاء الاشتراك|הסרה|להסרה|הסר אותי|ביטול מנוי|لغو اشتراک|सदस्यता (?:समाप्त|रद्द)|ยกเลิก(?:การ)?(?:รับ|สมัคร|ติดตาม)|hủy đăng ký|berhenti berlangganan',
      ].join('|'),
      'iu',
    ),
);

export const pathUnsubscribes =
  /[/?&=_.-](?:unsub\w{0,10}|opt-?out|abmeld\w{0,4}|abbestell\w{0,3}|desinscri\w{0,6}|desabon\w{0,6}|baja|cancelar-?su[bs]\w{0,9}|descadastr\w{0,2}|disiscri\w{0,6}|uitschrij\w{0,3}|afmeld\w{0,2}|avregistrer\w{0,2}|wypisz|otpis\w{0,6}|email-?preferences)(?=[/?&=_.-]|$)/i;

/** At the foot of every message, and never what it is about. */
export const standsInFooter = once(
  () =>
    new RegExp(
      [
        '\\b(?:privacy|terms|legal|imprint|policies|help(?: cent(?:er|re))?|support|contact(?: us)?|faqs?|blog|docs|documentation|about(?: us)?|settings|home ?page|website|careers|view (?:it |this )?(?:\\w{1,8} )?in (?:your |a |the )?browser|web version|change ?log|facebook|instagram|twitter|linkedin|youtube|tiktok|mastodon|bluesky|pinterest|app store|google play)\\b',
        'impressum|datenschutz|\\bagb\\b|kontakt|hilfe|einstellungen|webversion|online ansehen|mentions légales|confidentialité|cgv|cgu|\\baide\\b|contactez|paramètres|version en ligne|aviso legal|privacidad|privacidade|\\bayuda\\b|\\bajuda\\b|contacto|contato|ajustes|ver en el navegador|condizioni|assistenza|contatti|impostazioni|voorwaarden|instellingen|regulamin|polityka prywatności|pomoc|ustawienia|gizlilik|yardım|ayarlar|iletişim|конфиденциальн|помощь|поддержк|настройк|конфіденційн|допомог|налаштуван|隐私|隱私|帮助|帮忙|联系我们|プライバシー|利用規約|ヘルプ|お問い合わせ|개인정보|이용약관|고객센터|도움말|الخصوصية|مساعدة|פרטיות|עזרה',
      ].join('|'),
      'iu',
    ),
);

export const pathStandsInFooter =
  /^\/(?:[\w-]{2,5}\/)?(?:settings|account\/settings|docs?|help|support|privacy|terms|legal|contact|faq|about|blog)(?=[/?#]|$)/i;

export const isSocial =
  /^https?:\/\/(?:[\w-]{1,20}\.)?(?:facebook|fb|twitter|x|instagram|linkedin|youtube|youtu|tiktok|pinterest|threads|bsky|reddit|vk|weibo|t|wa)\.(?:com|net|app|be|me|social|co)\b/i;

/** Addresses that count openings and clicks: pictures, and the redirections of sending services. */
export const countsOnly =
  /\.(?:gif|png|jpe?g|webp|css|woff2?)(?:\?|$)|[/.?&=_-](?:pixel|beacon|open\.(?:php|aspx))(?:[/.?&=_-]|$)/i;
export const countsClicks =
  /^https?:\/\/(?:(?:e?mail-?)?(?:clicks?|click\d|track(?:ing|er)?|trk|links?|lnk|ctr?|go|r)\.[^/]{1,200}\/(?!track(?:ing)?\/|t\/)|(?:url\d{1,6}|e?mail|e|u\d{3,})\.[^/]{1,200}\/(?:ls\/click|c\/e|wf\/|ss\/c\/|f\/a\/)|[^/]{1,200}\/(?:ls\/click|wf\/click|track\/click|CL0\/|f\/a\/|ss\/c\/|tr\/cl\/|e2t\/|t\/t-l-))/i;

/** Says nothing by itself: the words before it do. */
export const saysNothing =
  /^(?:https?:\/\/\S*|(?:please )?(?:click |tap |press )?(?:here|this link|the link|link|this page|below)|hier|ici|aquí|aqui|qui|tutaj|burada|buraya|здесь|сюда|тут|こちら|点击这里|这里|여기|هنا|כאן|[^\p{L}\p{N}]*)$/iu;
