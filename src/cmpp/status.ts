/**
 * The names of what peers answer: a CONNECT's Status, a SUBMIT's and a DELIVER's Result (specification 3.0, 8.4), and a
 * status report's Stat. Pure. Codes beyond the specification are those that gateways in the field use, with the words
 * of their manuals, by which an operator can ask the platform about them.
 */

const CONNECT_STATUS: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [1, 'bad structure'],
  [2, 'illegal source address'],
  [3, 'auth error'],
  [4, 'version too high'],
  [5, 'other error, on some gateways too many connections'],
  [55, "more than the system's connections (超过系统接口数)"],
  [56, "more than the account's connections (超过帐号设置接口数)"],
  [57, "wrong address for the account's login (SP登陆IP错误)"],
  [58, 'the gateway could not start a thread (创建soap处理线程失败)'],
  [60, "not an account of this proxy's (登陆帐号并非属于登陆的PROXY)"],
]);

/** Also a DELIVER's Result. */
const COMMON_RESULT: readonly (readonly [number, string])[] = [
  [0, 'ok'],
  [1, 'bad structure'],
  [2, 'bad command'],
  [3, 'duplicate sequence number'],
  [4, 'bad length'],
  [5, 'bad fee code'],
  [6, 'message too long'],
  [7, 'bad service code'],
  [8, 'flow control'],
];

/** 51 to 88 and 202 to 250 are the gateways' own. */
const SUBMIT_RESULT: ReadonlyMap<number, string> = new Map([
  ...COMMON_RESULT,
  [9, 'the gateway does not serve this fee number, in 2.0 other error'],
  [10, 'bad Src_Id'],
  [11, 'bad Msg_src'],
  [12, 'bad Fee_terminal_Id'],
  [13, 'bad Dest_terminal_Id'],
  [51, 'not connected (尚未建立连接)'],
  [52, 'not logged in (尚未成功登录)'],
  [53, 'sending failed (发送消息失败)'],
  [54, 'no answer in time (超时未接收到响应消息)'],
  [55, 'no status report in time (等待状态报告超时)'],
  [61, 'validity period over (有效时间已经过期)'],
  [62, 'scheduled time over (定时发送时间已经过期)'],
  [63, 'unknown FeeType (不能识别的FeeType)'],
  [64, 'source not allowed to send (发送服务源地址鉴权失败)'],
  [65, 'destination not allowed to be sent to (发送服务目的地址鉴权失败)'],
  [66, 'source not allowed to be received from (接收服务源地址鉴权失败)'],
  [67, 'destination not allowed to receive (接收服务目的地址鉴权失败)'],
  [68, 'user not authorised (用户鉴权失败)'],
  [69, 'user on the block list (此用户为黑名单用户)'],
  [70, 'network down or peer closed (网络断连或目的设备关闭接口)'],
  [71, 'too many nodes (超过最大节点数)'],
  [72, 'no route (找不到路由)'],
  [73, 'waiting for an answer timed out (等待应答超时)'],
  [74, 'sending to the SCP failed (送SCP失败)'],
  [75, 'the SCP did not authorise in time (送SCP鉴权等待应答超时)'],
  [76, 'content not allowed (信息安全鉴权失败)'],
  [77, 'too many SUBMITs (超过最大Submit提交数)'],
  [78, 'SP id empty (SPID为空)'],
  [79, 'service type empty (业务类型为空)'],
  [80, 'bad CPCode (CPCode错误)'],
  [81, 'duplicate interface (发送接收接口重复)'],
  [82, 'routed in a circle (循环路由)'],
  [83, "longer than the receiver's MTU (超过接收侧短消息MTU)"],
  [84, 'sending to the DSMP again failed (送DSMP重发失败)'],
  [85, 'DSMP busy, send again (DSMP系统忙重发)'],
  [86, 'DSMP busy and its buffer full, send again (DSMP系统忙且缓存满重发)'],
  [87, 'DSMP flow control, send again (DSMP流控重发)'],
  [88, 'the DSMP did not answer in time, send again (等DSMP应答超时重发)'],
  [202, 'not a prepaid user (非神州行预付费用户)'],
  [203, 'database error (数据库操作失败)'],
  [206, "the user's account is faulty (移动用户帐户数据异常)"],
  [208, "the user's balance is too low (用户余额不足)"],
  [210, "above the user's credit (超过最高欠费额)"],
  [215, 'fee request sent twice for one message (重复发送消息序列号msgid相同的计费请求消息)'],
  [218, 'connection between SCPs failed (SCP互联失败)'],
  [222, 'SP not registered (未登记的SP)'],
  [232, "above the month's limit (月消费超额)"],
  [241, 'undefined (未定义)'],
  [250, 'queue full (消息队列满)'],
]);

const DELIVER_RESULT: ReadonlyMap<number, string> = new Map(COMMON_RESULT);

const STAT: ReadonlyMap<string, string> = new Map([
  ['DELIVRD', 'delivered'],
  ['EXPIRED', 'not delivered in time'],
  ['DELETED', 'deleted'],
  ['UNDELIV', 'undeliverable'],
  ['ACCEPTD', 'accepted, not yet delivered'],
  ['UNKNOWN', 'unknown'],
  ['REJECTD', 'rejected'],
]);

/** The two letters before `:xxxx`, where xxxx is a code of the system that they name. */
const STAT_SYSTEM: ReadonlyMap<string, string> = new Map([
  ['MA', 'no answer from the SMSC'],
  ['MB', 'refused by the SMSC'],
  ['MC', 'no status report from the SMSC'],
  ['CA', 'no answer from the SCP'],
  ['CB', 'refused by the SCP'],
  ['DA', 'no answer from the DSMP'],
  ['DB', 'refused by the DSMP'],
  ['SA', 'no answer from the SP'],
  ['SB', 'refused by the SP'],
  ['IA', 'no answer from the next gateway'],
  ['IB', 'refused by the next gateway'],
  ['IC', 'no status report from the next gateway'],
]);

/** What a CONNECT_RESP's Status says, such as `auth error`; an unnamed one as `other error`. */
export function connectStatusName(status: number): string {
  return CONNECT_STATUS.get(status) ?? 'other error';
}

/** What a SUBMIT_RESP's Result says; an unnamed one as `other error`, or from 100 to 199 as the vendor's own. */
export function submitResultName(result: number): string {
  return SUBMIT_RESULT.get(result) ?? (result >= 100 && result <= 199 ? "error of the vendor's own" : 'other error');
}

/** What a DELIVER_RESP's Result says; one above 8 as `other error`. */
export function deliverResultName(result: number): string {
  return DELIVER_RESULT.get(result) ?? 'other error';
}

/** What a status report's Stat says, such as `refused by the SMSC` for `MB:0045`; an unnamed one as `not in the specification`. */
export function statName(stat: string): string {
  const system = /^([A-Z]{2}):/.exec(stat)?.[1];
  return STAT.get(stat) ?? STAT_SYSTEM.get(system ?? '') ?? 'not in the specification';
}
